/** The items that a contingency plan must contain and show, by group; the checks of `checks/` answer for them, one each. */
export const CHECK_IDS = [
  ...(['G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7', 'G8', 'G9'] as const),
  ...(['B1', 'B2', 'B3', 'B4', 'B5', 'B6', 'B7', 'B8'] as const),
  ...(['R1', 'R2', 'R3', 'R4', 'R5'] as const),
  ...(['U1', 'U2', 'U3', 'U4', 'U5', 'U6'] as const),
  ...(['X1', 'X2', 'X3'] as const),
  ...(['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7', 'D8', 'D9', 'D10', 'D11', 'D12', 'D13', 'D14'] as const),
  ...(['C1', 'C2', 'C3', 'C4'] as const),
  ...(['V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'V7', 'V8'] as const),
  ...(['T1', 'T2', 'T3', 'T4', 'T5'] as const),
  ...(['M1', 'M2', 'M3', 'M4', 'M5'] as const),
] as const
export type CheckId = (typeof CHECK_IDS)[number]
