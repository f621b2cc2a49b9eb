# Puts what tests were left out, and why, in front of ctest's closing lines: they are in its log.
function leave_out(count, file, reason) {
  sub(/^([.][.]\/)*/, "", file)
  sub(/.*\/tests\//, "tests/", file)
  if (!((file, reason) in counts)) { order[++kinds] = file SUBSEP reason }
  counts[file, reason] += count
}
/^[0-9]+% tests passed/ {
  while ((getline line < log_file) > 0) {
    if (reason_is_next) { leave_out(1, place, line) }
    # GoogleTest: "path/file.cpp:37: Skipped", and the reason on the line below
    reason_is_next = line ~ /^[^ ]+:[0-9]+: Skipped$/
    place = line
    sub(/:[0-9]+: Skipped$/, "", place)
    # pytest: "SKIPPED [2] path/file.py:37: reason", where several places may have one reason
    if (line ~ /^SKIPPED \[[0-9]+\] /) {
      count = substr(line, 10) + 0
      sub(/^SKIPPED \[[0-9]+\] /, "", line)
      file = reason = line
      sub(/:.*/, "", file)
      sub(/^[^:]*(:[0-9]+)?: /, "", reason)
      leave_out(count, file, reason)
    }
  }
  for (i = 1; i <= kinds; i++) {
    split(order[i], parts, SUBSEP)
    print "dev: left out: " counts[order[i]] " of " parts[1] ": " parts[2]
  }
}
{ print; fflush() }
