#!/bin/bash
# Prints the results of inside.sh as a Markdown table, each row with its bar.
set -euo pipefail

work=$1 binary=$2 reference=$3

processor=$(awk -F': *' '/^model name/ { print $2; exit }' /proc/cpuinfo)
memory=$(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)
package=$(dpkg-query -W -f '${Package} ${Version}' -- "$(dpkg -S "$reference" 2>/dev/null | cut -d: -f1)" 2>/dev/null \
    || echo "${reference##*/} ($("$reference" version))")
# If the reference is another build of this program, it is not built with Go.
go=$(grep -aom1 'go1\.[0-9.]*' "$reference" | head -1 || true)
system=$(. /etc/os-release && echo "$PRETTY_NAME")
cat <<END
$(date -u +%Y-%m-%d), load $(cut -d' ' -f1-3 /proc/loadavg) at the end. $(nproc) × $processor, $memory, Linux $(uname -r), $system.
Ours: $("$binary" version). Reference: $package${go:+, built with $go}.

END

awk -F '\t' -v ours_size="$(stat -c %s "$binary")" -v aws_size="$(stat -c %s "$reference")" '
    function ms(microseconds) { return sprintf("%.2f", microseconds / 1000) }
    function cell(name) { return ms(p50[name]) " / " ms(p95[name]) " / " ms(cpu[name]) }
    function holds(is) { if (!is) missed++; return is ? "yes" : "**no**" }
    # Prints a row of times; the bar is a text with its verdict.
    function row(label, case_name, bar, verdict) {
        printf "| %s | %s | %s | %.2f | %s | %s | %d |\n", label, cell("ours " case_name), cell("aws " case_name), \
            p50["ours " case_name] / p50["aws " case_name], bar, verdict, runs["ours " case_name]
    }
    # The rounds of a burst.
    function middle(values, name,    list, i) {
        for (i = 1; i <= rounds[name]; i++) list[i] = values[name, i]
        return median(list, rounds[name])
    }
    function burst_row(label, name) {
        printf "| %s: wall / CPU | %s / %s | %s / %s | %.2f | | | %d |\n", label, ms(middle(burst_wall, "ours " name)), \
            ms(middle(burst_cpu, "ours " name)), ms(middle(burst_wall, "aws " name)), ms(middle(burst_cpu, "aws " name)), \
            middle(burst_wall, "ours " name) / middle(burst_wall, "aws " name), rounds["ours " name]
    }
    function median(list, count,    i, j, t) {
        for (i = 2; i <= count; i++) for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
        return list[int((count + 1) / 2)]
    }
    FILENAME ~ /(cached|cold).tsv$/ { runs[$1] = $2; p50[$1] = $3; p95[$1] = $4; cpu[$1] = $5; faults[$1] = $7; rss[$1] = $8 }
    FILENAME ~ /calls.tsv$/ { asked[$1] = $2; packets[$1] = $3 }
    FILENAME ~ /burst.tsv$/ {
        n = ++rounds[$1]
        burst_wall[$1, n] = $3; burst_cpu[$1, n] = $4
        if (n == 1 || $5 < right[$1]) right[$1] = $5
        if ($6 > burst_rss[$1]) burst_rss[$1] = $6
        if ($7 > api[$1]) api[$1] = $7
    }
    END {
        print "Milliseconds of the whole process: wall p50 / wall p95 / CPU (user + system) p50."
        print ""
        print "| what | ours | reference | ratio of p50 | bar | holds | n |"
        print "|---|---|---|---|---|---|---|"
        printf "| C program that does nothing | %s | | | | | %d |\n", cell("noop"), runs["noop"]
        row("`version`", "version", "", "")
        one = p50["ours cached-1"]
        row("`get`, cached, static keys", "cached-1", "≤ 0.25 ×", holds(one <= 0.25 * p50["aws cached-1"]))
        printf "| … beside the C program | | | %.2f | ≤ 1.60 × (aim 1.30) | %s | |\n", one / p50["noop"], holds(one <= 1.60 * p50["noop"])
        row("`get`, cached, role from a profile", "cached-role", "", "")
        printf "| … beside static keys | | | %.2f | ≤ 1.10 × | %s | |\n", p50["ours cached-role"] / one, holds(p50["ours cached-role"] <= 1.10 * one)
        printf "| … packets sent | %d | %d | | 0 | %s | |\n", packets["ours cached-role"], packets["aws cached-role"], holds(packets["ours cached-role"] == 0)
        row("`get`, cached, SSO session", "cached-sso", "", "")
        printf "| … beside static keys | | | %.2f | ≤ 1.10 × | %s | |\n", p50["ours cached-sso"] / one, holds(p50["ours cached-sso"] <= 1.10 * one)
        printf "| … packets sent | %d | %d | | 0 | %s | |\n", packets["ours cached-sso"], packets["aws cached-sso"], holds(packets["ours cached-sso"] == 0)
        row("`get`, cached, 100 registries in the cache", "cached-100", "", "")
        row("`get`, cached, 1,000 registries in the cache", "cached-1000", "", "")
        printf "| … beside one registry | %.2f | %.2f | | ≤ 1.10 × | %s | |\n", p50["ours cached-1000"] / one, \
            p50["aws cached-1000"] / p50["aws cached-1"], holds(p50["ours cached-1000"] <= 1.10 * one)
        row("`get`, cold, static keys, HTTPS on loopback", "cold-keys", "≤ 0.60 ×", holds(p50["ours cold-keys"] <= 0.60 * p50["aws cold-keys"]))
        row("`get`, cold, role from a profile", "cold-role", "", "")
        burst_row("100 cold gets at once", "burst")
        printf "| … API calls (most) | %d | %d | | 1 | %s | |\n", api["ours burst"], api["aws burst"], holds(api["ours burst"] == 1)
        printf "| … right answers (fewest) | %d | %d | | 100 | %s | |\n", right["ours burst"], right["aws burst"], holds(right["ours burst"] == 100)
        burst_row("500 cached gets at once", "warm-burst")
        printf "| … peak memory of one, MiB | %.1f | %.1f | %.2f | | | |\n", burst_rss["ours warm-burst"] / 1024, burst_rss["aws warm-burst"] / 1024, \
            burst_rss["ours warm-burst"] / burst_rss["aws warm-burst"]
        printf "| … right answers (fewest) | %d | %d | | 500 | %s | |\n", right["ours warm-burst"], right["aws warm-burst"], holds(right["ours warm-burst"] == 500)
        printf "| size of the binary, MiB | %.1f | %.1f | %.2f | ≤ 18 (aim 14) | %s | |\n", ours_size / 1048576, aws_size / 1048576, ours_size / aws_size, \
            holds(ours_size <= 18 * 1048576)
        printf "| peak memory of a cached get, MiB | %.1f | %.1f | %.2f | ≤ 3 | %s | |\n", rss["ours cached-1"] / 1024, rss["aws cached-1"] / 1024, \
            rss["ours cached-1"] / rss["aws cached-1"], holds(rss["ours cached-1"] <= 3 * 1024)
        printf "| page faults of a cached get | %d | %d | %.2f | | | |\n", faults["ours cached-1"], faults["aws cached-1"], faults["ours cached-1"] / faults["aws cached-1"]
        if (missed) printf "\n%d bar%s missed.\n", missed, (missed > 1 ? "s" : "")
    }
' "$work/cached.tsv" "$work/calls.tsv" "$work/cold.tsv" "$work/burst.tsv"
