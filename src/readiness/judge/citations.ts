/**
 * What the checks serve. `law` binds; `proposed` is a proposed rule (as of 2026 not final); `guidance` recommends; `experience` is what practices learned. `sure`: false
 * where the numbering or wording was not held against the published text: look it up before it is printed in a policy.
 */
export type Citation = {
  cite: string
  asks: string
  weight: 'law' | 'proposed' | 'guidance' | 'experience'
  sure: boolean
}

const law = (cite: string, asks: string, sure = false): Citation => ({ cite, asks, weight: 'law', sure })
const proposed = (asks: string, sure: boolean): Citation => ({
  cite: 'HIPAA Security Rule, proposed (90 FR 898, 6 Jan 2025)',
  asks,
  weight: 'proposed',
  sure,
})
const guidance = (cite: string, asks: string, sure = false): Citation => ({ cite, asks, weight: 'guidance', sure })
const safer = (number: string, asks: string): Citation =>
  guidance(`ONC SAFER Guide, Contingency Planning (2016), ${number}`, asks)
const nist = (asks: string): Citation => guidance('NIST SP 800-34 Rev. 1', asks)

export const CITATIONS = {
  'hipaa-contingency': law('45 CFR 164.308(a)(7)(i)', 'contingency plan: policies and procedures', true),
  'hipaa-backup': law('45 CFR 164.308(a)(7)(ii)(A)', 'data backup plan: retrievable exact copies', true),
  'hipaa-recovery': law('45 CFR 164.308(a)(7)(ii)(B)', 'disaster recovery plan: restore any loss', true),
  'hipaa-emergency-mode': law('45 CFR 164.308(a)(7)(ii)(C)', 'emergency mode operation plan', true),
  'hipaa-testing': law('45 CFR 164.308(a)(7)(ii)(D)', 'testing and revision', true),
  'hipaa-criticality': law('45 CFR 164.308(a)(7)(ii)(E)', 'applications and data criticality analysis', true),
  'hipaa-malware': law('45 CFR 164.308(a)(5)(ii)(B)', 'protection from malicious software'),
  'hipaa-incidents': law('45 CFR 164.308(a)(6)', 'security incident procedures'),
  'hipaa-associates': law('45 CFR 164.308(b)', 'business associate contracts'),
  'hipaa-facility': law('45 CFR 164.310(a)(2)(i)', 'contingency operations: facility access'),
  'hipaa-moving': law('45 CFR 164.310(d)(2)(iv)', 'exact copy before equipment is moved'),
  'hipaa-emergency-access': law('45 CFR 164.312(a)(2)(ii)', 'emergency access procedure'),
  'hipaa-audit': law('45 CFR 164.312(b)', 'audit controls'),
  'hipaa-records': law('45 CFR 164.316(b)(1)-(2)', 'written, kept six years, available, updated'),
  'hipaa-paper': law('45 CFR 164.530(c)', 'safeguards for patient data on paper'),
  'proposed-72-hours': proposed('critical systems and data restored within 72 hours', true),
  'proposed-24-hours': proposed('business associates say within 24 hours that they activated their plan', true),
  'proposed-inventory': proposed('asset inventory and network map each year', true),
  'proposed-48-hours': proposed('copies no more than 48 hours older than what is live', false),
  'proposed-monthly-restore': proposed('a test restore each month', false),
  'safer-1.1': safer('1.1', 'hardware for critical applications is duplicated'),
  'safer-1.2': safer('1.2', 'power through an outage'),
  'safer-1.3': safer('1.3', 'paper forms replace key functions'),
  'safer-1.4': safer('1.4', 'data and configuration are backed up'),
  'safer-1.5': safer('1.5', 'patients are identified rightly throughout'),
  'safer-2.1': safer('2.1', 'staff are trained and tested'),
  'safer-2.2': safer('2.2', 'communication that does not rely on the computers'),
  'safer-2.3': safer('2.3', 'written policies for downtime and recovery'),
  'safer-2.4': safer('2.4', 'the read-only view is clearly another'),
  'safer-3.1': safer('3.1', 'testing and monitoring'),
  'safer-3.2': safer('3.2', 'too slow is down as well'),
  'nist-policy': nist('policy statement and plan upkeep'),
  'nist-impact': nist('business impact analysis'),
  'nist-activation': nist('activation and notification'),
  'nist-recovery': nist('recovery in order'),
  'nist-reconstitution': nist('reconstitution: validated, then declared'),
  'joint-67': guidance('Joint Commission Sentinel Event Alert 67 (2023)', 'ready for four weeks or longer', true),
  racgp: guidance('RACGP Standards for general practices, C6.4D', 'continuity plan, backup log, charged laptop', true),
  'uk-copies': guidance('NHS practice continuity plans', 'copies at the practice and at the manager’s home', true),
  'amc-pso': guidance(
    'AMC PSO EHR downtime guideline (2017)',
    'double checks, warm hand-off, early word to patients',
    true,
  ),
  ama: guidance('AMA guideline for EHR downtime in practices', 'who continues, who is rescheduled, later entry', true),
  'practice-guide': {
    cite: 'Contingency planning guidance for practices',
    asks: 'each cause its answer; back up, monitor, test; honest estimates; plans that change with the systems',
    weight: 'experience',
    sure: true,
  },
  'update-weekend': {
    cite: 'The code-update weekend: 43 hours on paper',
    asks: 'what nobody had rehearsed, looked at or handed on',
    weight: 'experience',
    sure: true,
  },
  'our-rule': { cite: 'Holdfast', asks: 'what its other checks rest on', weight: 'experience', sure: true },
} as const satisfies { [key: string]: Citation }
export type CitationKey = keyof typeof CITATIONS
