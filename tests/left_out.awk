# Puts what tests were left out, and why, in front of ctest's closing lines: they are in its log.
/^[0-9]+% tests passed/ {
  while ((getline line < log_file) > 0) {
    if (reason_is_next) { sub(/^/, place ": ", line) }
    if (reason_is_next || line ~ /^SKIPPED \[/) {
      sub(/^SKIPPED \[[0-9]+\] ([.][.]\/)*/, "", line)
      if (!(line in said)) { said[line] = 1; print "dev: left out: " line }
    }
    # GoogleTest: "path/file.cpp:37: Skipped", and the reason on the line below
    reason_is_next = line ~ /^[^ ]+:[0-9]+: Skipped$/
    place = line
    sub(/: Skipped$/, "", place)
  }
}
{ print; fflush() }
