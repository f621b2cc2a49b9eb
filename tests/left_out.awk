# Prints what tests were left out, by file and reason, from ctest's log.
function leave_out(count, file, reason) {
  sub(/^([.][.]\/)*/, "", file)
  sub(/.*\/tests\//, "tests/", file)
  if (!((file, reason) in counts)) { order[++kinds] = file SUBSEP reason }
  counts[file, reason] += count
}
reason_is_next { leave_out(1, place, $0) }
# GoogleTest: "path/file.cpp:37: Skipped", and the reason on the line below
{
  reason_is_next = $0 ~ /^[^ ]+:[0-9]+: Skipped$/
  place = $0
  sub(/:[0-9]+: Skipped$/, "", place)
}
# pytest: "SKIPPED [2] path/file.py:37: reason", where several places may have one reason
/^SKIPPED \[[0-9]+\] / {
  count = substr($0, 10) + 0
  file = reason = substr($0, index($0, "] ") + 2)
  sub(/:.*/, "", file)
  sub(/^[^:]*(:[0-9]+)?: /, "", reason)
  leave_out(count, file, reason)
}
END {
  for (i = 1; i <= kinds; i++) {
    split(order[i], parts, SUBSEP)
    print "dev: left out: " counts[order[i]] " of " parts[1] ": " parts[2]
  }
}
