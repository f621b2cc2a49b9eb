package crashes

import "testing"

func TestBefore(t *testing.T) {}

func TestPanics(t *testing.T) {
	var prices []int
	_ = prices[len(prices)]
}

func TestPanicsInACase(t *testing.T) {
	t.Run("of none", func(t *testing.T) { panic("at the disco") })
}

func TestAfter(t *testing.T) {}
