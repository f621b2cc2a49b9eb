package cart

import "testing"

func TestPasses(t *testing.T) {}

func TestFails(t *testing.T) { t.Errorf("expected %d, got %d", 4, 5) }

func TestSkipped(t *testing.T) { t.Skip("not today") }

func TestCases(t *testing.T) {
	t.Run("good", func(t *testing.T) {})
	t.Run("bad", func(t *testing.T) { t.Error("this case is wrong") })
}

func TestZPanics(t *testing.T) { panic("the disk is full") }
