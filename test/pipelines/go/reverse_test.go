package reverse

import "testing"

func TestText(t *testing.T) {
	if got := Text("äbc"); got != "cbä" {
		t.Errorf("got %q", got)
	}
}
