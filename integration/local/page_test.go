package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// asked asks a page and returns the answer.
func asked(t *testing.T, p *page, path string) *httptest.ResponseRecorder {
	t.Helper()
	answer := httptest.NewRecorder()
	p.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return answer
}

func TestThePageIsWrittenAgainAfterASecond(t *testing.T) {
	t.Parallel()
	now, written := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC), 0
	p := &page{now: func() time.Time { return now }, write: func(context.Context) ([]byte, error) {
		written++
		return []byte("<!doctype html>"), nil
	}}
	for _, passes := range []time.Duration{0, 900 * time.Millisecond, 200 * time.Millisecond} {
		now = now.Add(passes)
		answer := asked(t, p, "/")
		if answer.Code != http.StatusOK || answer.Body.String() != "<!doctype html>" || answer.Header().Get("Refresh") == "" {
			t.Errorf("found %d, %q, %v", answer.Code, answer.Body, answer.Header())
		}
	}
	if written != 2 {
		t.Errorf("it was written %d times; want 2", written)
	}
	if answer := asked(t, p, "/favicon.ico"); answer.Code != http.StatusNotFound {
		t.Errorf("found %d; want no other page", answer.Code)
	}
}

func TestAPageThatCannotBeWrittenIsTriedAgain(t *testing.T) {
	t.Parallel()
	p := &page{now: time.Now, write: func(context.Context) ([]byte, error) { return nil, errors.New("no table") }}
	answer := asked(t, p, "/")
	if answer.Code != http.StatusServiceUnavailable || !strings.Contains(answer.Body.String(), "no table") || answer.Header().Get("Refresh") == "" {
		t.Errorf("found %d, %q, %v; want the reason, and another try", answer.Code, answer.Body, answer.Header())
	}
}

func TestThePageTakesAnotherPortIfTheNextIsTaken(t *testing.T) {
	t.Parallel()
	first, err := listenAfter(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	port := first.Addr().(*net.TCPAddr).Port
	second, err := listenAfter(t.Context(), (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port - 1}).String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = second.Close() }()
	if second.Addr().String() == first.Addr().String() {
		t.Errorf("both have %s", first.Addr())
	}
}
