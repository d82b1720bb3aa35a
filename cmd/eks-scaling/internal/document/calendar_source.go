package document

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// MaxBytes is the largest iCalendar file that is read: 5 MiB.
const MaxBytes = 5 << 20

// CalendarSource reads iCalendar files from where a configuration says they are.
type CalendarSource struct {
	Dir    string       // of relative paths; empty is the working directory
	Client *http.Client // nil is one that gives up after 20 seconds or 5 redirects
}

const (
	timeout      = 20 * time.Second
	maxRedirects = 5
)

// Read returns the content of a file at a path or a URL (http, https, or webcal, which is https). Errors name the reference without its
// credentials.
func (s CalendarSource) Read(ctx context.Context, ref string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("calendar %q was not read: %w", hideUser(ref), err)
	}
	scheme, _, isURL := strings.Cut(ref, "://")
	if !isURL {
		return s.readFile(ref)
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "webcal":
		return s.fetch(ctx, ref)
	default:
		return nil, fmt.Errorf("calendar %q: unknown scheme %s://: use a path, or a URL with http:// or https://", hideUser(ref), scheme)
	}
}

func (s CalendarSource) readFile(ref string) ([]byte, error) {
	path := ref
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.Dir, path)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("calendar %q: file %s not found (%w): use the path of an iCalendar file, or an http(s) URL", ref, path, fs.ErrNotExist)
	case err != nil:
		return nil, fmt.Errorf("calendar %q cannot be read: %w", ref, err)
	case info.IsDir():
		return nil, fmt.Errorf("calendar %q: %s is a directory: use an iCalendar file", ref, path)
	case !info.Mode().IsRegular():
		// Opening a pipe might block forever.
		return nil, fmt.Errorf("calendar %q: %s is a pipe or a device: use a regular file", ref, path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("calendar %q cannot be read: %w", ref, err)
	}
	defer func() { _ = file.Close() }()
	return readAll(file, ref)
}

func (s CalendarSource) fetch(ctx context.Context, ref string) ([]byte, error) {
	address, err := url.Parse(ref)
	if err != nil || address.Host == "" {
		// The reason would quote a part of the URL, possibly of the password.
		return nil, fmt.Errorf("calendar %q: invalid URL: use one like https://example.com/holidays.ics, "+
			"with %%XX for special characters in a password", hideUser(ref))
	}
	if address.Scheme == "webcal" {
		address.Scheme = "https"
	}
	shown := redacted(address)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("calendar %q: %w", shown, cause(err))
	}
	request.Header.Set("Accept", "text/calendar")
	response, err := s.client().Do(request)
	if err != nil {
		return nil, fmt.Errorf("calendar %q cannot be fetched: %w", shown, cause(err))
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("calendar %q cannot be fetched: the server answered %d %s, not 200 OK",
			shown, response.StatusCode, http.StatusText(response.StatusCode))
	}
	return readAll(response.Body, shown)
}

func (s CalendarSource) client() *http.Client {
	if s.Client != nil {
		return s.Client
	}
	return &http.Client{
		Timeout: timeout,
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects {
				return fmt.Errorf("the server redirects more than %d times", maxRedirects)
			}
			return nil
		},
	}
}

// readAll reads up to the limit, whatever size was announced.
func readAll(r io.Reader, shown string) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("calendar %q cannot be read completely: %w", shown, cause(err))
	}
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("calendar %q is larger than %d MiB: use a smaller iCalendar file", shown, MaxBytes>>20)
	}
	return data, nil
}

// cause returns an error without the URL that net/http puts before it, and words timeouts.
func cause(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		return fmt.Errorf("it did not answer in time: %w", err)
	}
	return err
}

const hidden = "xxxxx"

// redacted returns a URL without its query, which often has a key, and without its password, or its user if there is no password.
func redacted(address *url.URL) string {
	shown := *address
	shown.RawQuery, shown.ForceQuery, shown.Fragment, shown.RawFragment = "", false, "", ""
	if _, has := shown.User.Password(); !has && shown.User != nil {
		shown.User = url.User(hidden)
	}
	return shown.Redacted()
}

// hideUser removes everything that could be a credential from a reference, which may be no valid URL.
func hideUser(ref string) string {
	scheme, rest, isURL := strings.Cut(ref, "://")
	if !isURL {
		return ref
	}
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		rest = hidden + rest[at:]
	}
	if query := strings.IndexAny(rest, "?#"); query >= 0 {
		rest = rest[:query]
	}
	return scheme + "://" + rest
}
