package cart

import (
	"fmt"
	"testing"
	"time"
)

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("1 + 2")
	}
}

func TestWrong(t *testing.T) {
	fmt.Println("said on standard output")
	t.Errorf("expected %d, got %d", 4, Total(2, 3))
}

func TestLater(t *testing.T) {
	t.Skip("not written yet")
}

func TestCases(t *testing.T) {
	t.Run("of two items", func(t *testing.T) {})
	t.Run("with a \"quote\" & more/slash", func(t *testing.T) {
		t.Error("this case is wrong")
	})
	t.Run("skipped", func(t *testing.T) { t.Skip() })
}

func TestGoodCases(t *testing.T) {
	for _, name := range []string{"a b", "ünï→😀", "#1"} {
		t.Run(name, func(t *testing.T) {})
	}
}

func TestÜnï(t *testing.T) {}

func TestSideBySide1(t *testing.T) {
	t.Parallel()
	time.Sleep(20 * time.Millisecond)
}

func TestSideBySide2(t *testing.T) {
	t.Parallel()
	time.Sleep(10 * time.Millisecond)
	t.Error("wrong, beside another")
}

func TestSame(t *testing.T) {}

func FuzzTotal(f *testing.F) {
	f.Add(1, 2)
	f.Add(-1, 1)
	f.Fuzz(func(t *testing.T, a, b int) {
		if Total(a, b) != Total(b, a) {
			t.Error("the order counts")
		}
	})
}

func ExampleTotal() {
	fmt.Println(Total(1, 2, 3))
	// Output: 6
}

func ExampleTotal_none() {
	fmt.Println(Total())
	// Output: nothing
}

func BenchmarkTotal(b *testing.B) {}
