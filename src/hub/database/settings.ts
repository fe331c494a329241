export type Settings = Record<string, string>

/**
 * What every server of ours runs with. No TCP unless asked for; TLS off, since nothing leaves the machine; errors are told to whoever asked
 * and not to the log, since their texts can carry values from a chart.
 */
export function settingsOf(given: {
  socketDir: string
  port: number
  tcp: boolean
  name: string
  more: Settings
}): Settings {
  return {
    listen_addresses: given.tcp ? '127.0.0.1' : '',
    port: String(given.port),
    unix_socket_directories: given.socketDir,
    unix_socket_permissions: '0700',
    ssl: 'off',
    cluster_name: given.name,
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    jit: 'off',
    idle_in_transaction_session_timeout: '10min',
    logging_collector: 'on',
    log_directory: 'log',
    log_filename: 'postgresql-%a.log',
    log_rotation_age: '1d',
    log_rotation_size: '0',
    log_truncate_on_rotation: 'on',
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_statement: 'none',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    ...given.more,
  }
}

/**
 * As arguments of the server: so it never runs, not for a moment, with what postgresql.conf says by default (a TCP port, a socket that all
 * may use), and no file of ours is left in its data.
 */
export function asArguments(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
