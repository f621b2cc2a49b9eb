package prices

import "testing"

// It passes here, and fails in no other package.
func TestSame(t *testing.T) {}

func TestOnlyHere(t *testing.T) {
	t.Log("a log of a test that passes")
}

func TestTotal(t *testing.T) {
	t.Error("the test of this name in another package passes")
}
