/**
 * The one command that is run there: plain POSIX shell, reads only. It waits for a line before it tells the time, so that the clock is compared over one
 * round trip and not over the whole sign-in. As a forced command it takes the services from its own arguments (README).
 */
export const LOOK_SCRIPT = `LC_ALL=C; export LC_ALL
echo "holdfast-look 1"
read -r go
echo "clock $(date +%s.%N)"
echo "load $(cat /proc/loadavg)"
echo "cores $(grep -c ^processor /proc/cpuinfo)"
echo "uptime $(cat /proc/uptime)"
sed -n 's/^\\(MemTotal\\|MemAvailable\\|SwapTotal\\|SwapFree\\):/memory \\1/p' /proc/meminfo
df -P -k -l -x tmpfs -x devtmpfs -x squashfs -x overlay 2>/dev/null | sed 1d | sed 's/^/disk /'
df -P -k / | sed 1d | sed 's/^/disk /'
df -P -i -l -x tmpfs -x devtmpfs -x squashfs -x overlay 2>/dev/null | sed 1d | sed 's/^/inodes /'
if [ -e /var/run/reboot-required ] || [ -e /run/reboot-required ]; then echo "reboot pending"; else echo "reboot none"; fi
for service in "$@"; do
  if command -v systemctl >/dev/null 2>&1 && [ -d /run/systemd/system ]; then echo "service $service $(systemctl is-active -- "$service")"; else echo "service $service no-systemd"; fi
done
echo "holdfast-look end"
`

/** What ssh is given to run: the script under a shell of its own, with the services as its arguments. */
export function lookCommand(services: readonly string[]): string {
  return `sh -c '${LOOK_SCRIPT.replaceAll("'", `'\\''`)}' holdfast-look ${services.join(' ')}`.trimEnd()
}
