package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestATakenAddressIsReportedBeforeTheBuild(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	taken := listener.Addr().String()
	binaries := filepath.Join(t.TempDir(), "local")
	var printed strings.Builder
	err = serve(t.Context(), options{address: taken, speed: 1, binaries: binaries, out: &printed, now: time.Now})
	if err == nil || !strings.Contains(err.Error(), taken+" is taken") {
		t.Fatalf("found %v; want that %s is taken", err, taken)
	}
	other := regexp.MustCompile(`ADDRESS=(127\.0\.0\.1:[0-9]+) make local$`).FindStringSubmatch(err.Error())
	if other == nil || other[1] == taken {
		t.Errorf("found %q; want another address at its end", err)
	}
	if _, err := os.Stat(binaries); !os.IsNotExist(err) || printed.Len() > 0 {
		t.Errorf("it has begun to build (%v), and printed %q", err, printed.String())
	}
}

func TestAnAddressThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "4567", "127.0.0.1", "127.0.0.1:", "127.0.0.1:abc", "127.0.0.1:99999", "192.0.2.1:4567"} {
		if err := checkAddress(t.Context(), address); err == nil || !strings.Contains(err.Error(), "ADDRESS=127.0.0.1:4567 make local") {
			t.Errorf("%q: found %v; want what to write in its place", address, err)
		}
	}
	if err := checkAddress(context.Background(), "127.0.0.1:0"); err != nil {
		t.Errorf("any port that is free: %v", err)
	}
}

func TestLooksAtNodegroupsFollowTheClock(t *testing.T) {
	t.Parallel()
	for speed, want := range map[float64]int{0: 700, 0.01: 3000, 1: 3000, 60: 700, 2: 1500, 3600: 700} {
		if got := (options{speed: speed}).waitMillis(); got != want {
			t.Errorf("speed %v: found %d ms; want %d", speed, got, want)
		}
	}
}
