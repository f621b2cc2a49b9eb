// There is no test in here.
