# shellcheck shell=bash
# Runs a command as long as it makes progress. A fixed time limit would stop a healthy suite on a busy machine.

# Limits for a command that prints nothing: CPU time (it loops), and time without use of the CPU (it waits).
LOOPING_CPU_SECONDS=900
WAITING_SECONDS=300

# Exit code 124: the command was stopped, and the last line of LOG has the reason.
while_it_progresses() { # LOG COMMAND…
    local log=$1 process stalled status=0
    shift
    : >"$log"
    setsid setpriv --pdeathsig TERM "$@" >"$log" 2>&1 &
    process=$!
    stalled=$(reason_to_stop "$process" "$log")
    if [ -n "$stalled" ]; then
        stop_session "$process"
        wait "$process" 2>/dev/null || true
        echo "stopped: $stalled" >>"$log"
        return 124
    fi
    wait "$process" || status=$?
    return "$status"
}

# Returns when the process has ended, printing nothing, or has stalled, printing the reason.
reason_to_stop() { # PROCESS LOG
    local size=-1 cpu=0 last_size last_cpu cpu_at_output=0 active=$SECONDS
    while kill -0 "$1" 2>/dev/null; do
        last_size=$size last_cpu=$cpu
        size=$(stat -c %s "$2")
        cpu=$(session_cpu_seconds "$1")
        if [ "$size" -ne "$last_size" ]; then
            cpu_at_output=$cpu active=$SECONDS
        elif [ "$cpu" -ne "$last_cpu" ]; then
            active=$SECONDS
        fi
        if [ $((cpu - cpu_at_output)) -gt "$LOOPING_CPU_SECONDS" ]; then
            echo "no output during $LOOPING_CPU_SECONDS s of CPU time"
            return
        elif [ $((SECONDS - active)) -gt "$WAITING_SECONDS" ]; then
            echo "no output and no CPU time for $WAITING_SECONDS s"
            return
        fi
        sleep 1
    done
}

# CPU time of the session's processes and of their children that have ended. Fields after the name: proc_pid_stat(5).
session_cpu_seconds() { # SESSION
    cat /proc/[0-9]*/stat 2>/dev/null | awk -v session="$1" -v ticks_per_second="$(getconf CLK_TCK)" '
        { sub(/^.*\) /, "") }
        $4 == session { ticks += $12 + $13 + $14 + $15 }
        END { print int(ticks / ticks_per_second) }' || true
}

stop_session() { # SESSION
    pkill -TERM -s "$1" || true
    sleep 5
    pkill -KILL -s "$1" || true
}
