import type { Clock } from '../base/time.ts'
import { emailChannel } from '../connect/email/connector.ts'
import type { ChannelKind, NoticeChannel } from '../connect/notice.ts'
import { phoneChannel } from '../connect/phone/connector.ts'
import { pushChannel } from '../connect/push/connector.ts'
import { webhookChannel } from '../connect/webhook/connector.ts'
import type { HubConfig } from './config.ts'
import type { ChannelFor } from './flows/deliver-notice.ts'

type Channels = Pick<HubConfig, 'email' | 'webhooks' | 'sms' | 'voice' | 'push'>

/** The connector for each channel that is configured; webhooks by their name, the others by their kind. */
export function channelsOf(config: Channels, clock: Clock): ChannelFor {
  const webhooks = new Map(config.webhooks.map(({ name, ...webhook }) => [name, webhookChannel(webhook, clock)]))
  const others: { [kind in ChannelKind]?: NoticeChannel | undefined } = {
    email: config.email && emailChannel(config.email),
    sms: config.sms && phoneChannel('sms', config.sms),
    voice: config.voice && phoneChannel('voice', config.voice),
    push: config.push && pushChannel(config.push),
  }
  const ofKind = new Map<string, NoticeChannel | undefined>(Object.entries(others))
  return ({ channel, target }) => (channel === 'webhook' ? webhooks.get(target) : ofKind.get(channel))
}

/** By which channels a person can be reached at all. */
export function carriedBy(config: Channels): ReadonlySet<string> {
  return new Set((['email', 'sms', 'voice', 'push'] as const).filter((kind) => config[kind] !== undefined))
}
