package document_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/document"
)

const small = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("found no error")
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("found %q; want in it %q", err, part)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("found %q; want one line", err)
	}
}

func TestReadFile(t *testing.T) {
	path := write(t, "holidays.ics", small)
	for _, tt := range []struct{ name, dir, ref string }{
		{"relative to the directory", filepath.Dir(path), "holidays.ics"},
		{"upwards from the directory", filepath.Join(filepath.Dir(path), "sub"), "../holidays.ics"},
		{"absolute", "/nowhere", path},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data, err := document.CalendarSource{Dir: tt.dir}.Read(t.Context(), tt.ref)
			if err != nil || string(data) != small {
				t.Errorf("found %q, %v", data, err)
			}
		})
	}
}

func TestReadFileRefused(t *testing.T) {
	dir := t.TempDir()
	big := write(t, "big.ics", strings.Repeat("x", document.MaxBytes+1))
	for _, tt := range []struct {
		name, ref string
		want      []string
	}{
		{"missing", "none.ics", []string{`"none.ics"`, filepath.Join(dir, "none.ics"), "not found", "use the path of an iCalendar file"}},
		{"directory", dir, []string{dir + " is a directory: use an iCalendar file"}},
		{"nothing", "", []string{`calendar ""`, "is a directory"}},
		{"device", os.DevNull, []string{os.DevNull, "pipe or a device", "use a regular file"}},
		{"too large", big, []string{"is larger than 5 MiB: use a smaller iCalendar file"}},
		{"ftp", "ftp://ana:secret@example.com/x.ics", []string{`"ftp://xxxxx@example.com/x.ics": unknown scheme ftp://: use a path, or a URL with http:// or https://`}},
		{"file URL", "file:///etc/hosts", []string{"unknown scheme file://"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := document.CalendarSource{Dir: dir}.Read(t.Context(), tt.ref)
			wantError(t, err, tt.want...)
		})
	}
	_, err := document.CalendarSource{Dir: dir}.Read(t.Context(), "none.ics")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("found %v; want fs.ErrNotExist in it", err)
	}
}

func TestLargestFileIsRead(t *testing.T) {
	content := strings.Repeat("x", document.MaxBytes)
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, content) })
	for _, ref := range []string{write(t, "big.ics", content), server.URL} {
		data, err := document.CalendarSource{}.Read(t.Context(), ref)
		if err != nil || len(data) != document.MaxBytes {
			t.Errorf("%s: found %d bytes, %v", ref, len(data), err)
		}
	}
}

func TestFetch(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved.ics":
			http.Redirect(w, r, "/holidays.ics", http.StatusFound)
		case "/holidays.ics":
			_, _ = io.WriteString(w, small)
		}
	})
	for _, path := range []string{"/holidays.ics", "/moved.ics"} {
		data, err := document.CalendarSource{}.Read(t.Context(), server.URL+path)
		if err != nil || string(data) != small {
			t.Errorf("%s: found %q, %v", path, data, err)
		}
	}
}

func TestWebcalIsHTTPS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		_, _ = fmt.Fprint(w, user, " ", password)
	}))
	defer server.Close()
	ref := "WebCal://ana:secret@" + server.Listener.Addr().String()
	data, err := document.CalendarSource{Client: server.Client()}.Read(t.Context(), ref)
	if err != nil || string(data) != "ana secret" {
		t.Errorf("found %q, %v; want what the server was sent as user and password", data, err)
	}
}

func TestFetchRefused(t *testing.T) {
	chunk := strings.Repeat("x", 64<<10)
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/ftp":
			http.Redirect(w, r, "ftp://example.com/", http.StatusFound)
		case "/endless":
			for _, err := io.WriteString(w, chunk); err == nil; {
				_, err = io.WriteString(w, chunk)
			}
		case "/cut":
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, small)
		case "/none":
			w.WriteHeader(http.StatusNoContent)
		default:
			http.NotFound(w, r)
		}
	})
	for _, tt := range []struct {
		name, path string
		want       []string
	}{
		{"status 404", "/x.ics", []string{server.URL + "/x.ics", "the server answered 404 Not Found, not 200 OK"}},
		{"status 204", "/none", []string{"the server answered 204 No Content, not 200 OK"}},
		{"redirect loop", "/loop", []string{server.URL + "/loop", "the server redirects more than 5 times"}},
		{"redirect to another scheme", "/ftp", []string{"cannot be fetched", "ftp"}},
		{"more than the limit, of no announced length", "/endless", []string{"is larger than 5 MiB"}},
		{"less than was announced", "/cut", []string{"cannot be read completely", "unexpected EOF"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := document.CalendarSource{}.Read(t.Context(), server.URL+tt.path)
			wantError(t, err, tt.want...)
		})
	}
}

func TestUnreachableHost(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = document.CalendarSource{}.Read(t.Context(), "http://"+address+"/x.ics")
	wantError(t, err, `calendar "http://`+address+`/x.ics" cannot be fetched`, "connection refused")
}

// hanging is a server that says nothing, or nothing after its headers, until the client has gone away.
func hanging(t *testing.T, afterHeaders bool, reached func()) *httptest.Server {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if afterHeaders {
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
		}
		reached()
		<-r.Context().Done()
	})
}

func TestCancelledContextEndsTheFetch(t *testing.T) {
	for name, afterHeaders := range map[string]bool{"before the headers": false, "within the body": true} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			server := hanging(t, afterHeaders, cancel)
			_, err := document.CalendarSource{}.Read(ctx, server.URL)
			wantError(t, err, server.URL)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("found %v; want context.Canceled in it", err)
			}
		})
	}
}

func TestContextThatIsOverReadsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, ref := range []string{write(t, "a.ics", small), "http://ana:secret@127.0.0.1:1/a.ics"} {
		_, err := document.CalendarSource{}.Read(ctx, ref)
		wantError(t, err, "was not read")
		if !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "secret") {
			t.Errorf("found %v; want context.Canceled in it, and no password", err)
		}
	}
}

func TestTimeoutIsSaidPlainly(t *testing.T) {
	server := hanging(t, false, func() {})
	_, err := document.CalendarSource{Client: &http.Client{Timeout: time.Millisecond}}.Read(t.Context(), server.URL)
	wantError(t, err, server.URL, "it did not answer in time")
}

func TestErrorsNameNoSecretOfAURL(t *testing.T) {
	server := serve(t, http.NotFound)
	host := strings.TrimPrefix(server.URL, "http://")
	for _, ref := range []string{
		"http://ana:secret@" + host + "/x.ics", "http://secret@" + host + "/x.ics?a=secret", "http://ana:secret@127.0.0.1:0/x.ics", "webcal://ana:secret@127.0.0.1:0/x.ics",
		"http://ana:sec%ret@" + host + "?key=secret", "http://ana:secret/secret@" + host, "http://ana:secret @" + host, "http://ana:secret@", "https://ana:se@cret@[::1",
		"gopher://ana:secret@" + host, "http://" + host + "/x.ics?key=secret", "http://" + host + "/x.ics#secret", "ftp://" + host + "/x.ics?key=secret",
		"http:///x.ics?key=secret", "http://a:secret?x@" + host + "/x?secret",
	} {
		_, err := document.CalendarSource{}.Read(t.Context(), ref)
		wantError(t, err, "calendar ")
		if shown := err.Error(); strings.Contains(shown, "sec") || strings.Contains(shown, "cret") || strings.Contains(ref, "@") && !strings.Contains(shown, "xxxxx") {
			t.Errorf("%s: found the secret, or no sign of it, in %q", ref, err)
		}
	}
}
