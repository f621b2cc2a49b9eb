# The id of this test has spaces in it.
true
