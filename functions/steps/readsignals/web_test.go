package readsignals

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secrettypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	smithy "github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
)

// vault has secrets by name.
type vault map[string]string

func (v vault) GetSecretValue(_ context.Context, in *secretsmanager.GetSecretValueInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	text, ok := v[*in.SecretId]
	switch {
	case *in.SecretId == "denied":
		return nil, &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "not authorized"}
	case *in.SecretId == "binary":
		return &secretsmanager.GetSecretValueOutput{SecretBinary: []byte("a")}, nil
	case !ok:
		return nil, &secrettypes.ResourceNotFoundException{}
	}
	return &secretsmanager.GetSecretValueOutput{SecretString: &text}, nil
}

// serve starts a service under the name example.com, and returns a source that reaches nothing else.
func serve(t *testing.T, handler http.HandlerFunc) Web {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}, //nolint:forcetypeassert // of httptest
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
		},
	}
	return newWeb("other.example, Example.com", transport, vault{"key": "hunter2\n", "lines": "a\nb", "none": " "})
}

// rain is a signal from the service.
func rain(header map[string]config.HeaderValue) config.Signal {
	return config.Signal{HTTP: &config.HTTPSource{URL: "https://example.com/forecast?lat=-23.5&code=s3cret", Header: header}, Value: "hourly.rain.0"}
}

func answer(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

func TestRequest(t *testing.T) {
	t.Parallel()
	var got *http.Request
	web := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		_, _ = io.WriteString(w, `{"hourly":{"rain":[25.50,3]}}`)
	})
	value, err := web.read(t.Context(), rain(map[string]config.HeaderValue{"x-api-key": {Secret: "key"}, "Accept": {Text: "text/json"}}))
	if err != nil || value != "25.5" {
		t.Fatalf("found %q and %v", value, err)
	}
	want := http.Header{"Accept": {"text/json"}, "Accept-Encoding": {"gzip"}, "User-Agent": {"eks-scaling"}, "X-Api-Key": {"hunter2"}}
	got.Header.Del("Connection")
	if diff := cmp.Diff(want, got.Header); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if request := got.Method + " " + got.Host + got.RequestURI; request != "GET example.com/forecast?lat=-23.5&code=s3cret" || got.ContentLength != 0 {
		t.Errorf("found %s with %d bytes", request, got.ContentLength)
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	const document = `{"n": 25.50, "e": 1.5e3, "t": "heavy", "yes": true, "no": false, "nothing": null, "o": {"a.b": -3}, "l": [1, 2.5, {"k": "x"}], "": 7}`
	for _, row := range []struct{ path, want, fault string }{
		{"n", "25.5", ""},
		{"e", "1500", ""},
		{"t", "heavy", ""},
		{"yes", "true", ""},
		{"no", "false", ""},
		{`o.a\.b`, "-3", ""},
		{"l.1", "2.5", ""},
		{"l.#", "3", ""},
		{"l.2.k", "x", ""},
		{`l.#(k=="x").k`, "x", ""},
		{"nothing", "", "nothing in the answer is null: a number, a text, true or false is required"},
		{"o", "", "o in the answer is an object: a number, a text, true or false is required"},
		{"l", "", "l in the answer is a list: a number, a text, true or false is required"},
		{"l.9", "", "l.9 is missing in the answer"},
		{"n.a", "", "n.a is missing in the answer"},
	} {
		got, err := valueIn([]byte(document), row.path)
		fault := ""
		if err != nil {
			fault = err.Error()
		}
		if got != row.want || fault != row.fault {
			t.Errorf("%s: found %q and %q; want %q and %q", row.path, got, fault, row.want, row.fault)
		}
	}
}

func TestAnswersThatAreRefused(t *testing.T) {
	t.Parallel()
	const good = `{"hourly":{"rain":[25]}}`
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://example.com/elsewhere?token=s3cret")
			w.WriteHeader(code)
			_, _ = io.WriteString(w, good)
		}
	}
	spaces := strings.Repeat(" ", maxAnswer-len(good))
	for _, row := range []struct {
		rule    string
		handler http.HandlerFunc
		want    string // the error; empty if there is none
	}{
		{"1 MiB is taken", answer(good + spaces), ""},
		{"one byte more is not", answer(good + spaces + " "), "example.com answered with more than 1 MiB"},
		{"2 MiB that were compressed", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			zip := gzip.NewWriter(w)
			_, _ = io.WriteString(zip, good+spaces+spaces)
			_ = zip.Close()
		}, "example.com answered with more than 1 MiB"},
		{"a permanent redirect", status(301), "example.com answered with status 301: redirects are not followed"},
		{"a temporary redirect", status(307), "example.com answered with status 307: redirects are not followed"},
		{"created", status(201), "example.com answered with status 201"},
		{"forbidden", status(403), "example.com answered with status 403"},
		{"a fault", status(503), "example.com answered with status 503"},
		{"no JSON", answer("<html>"), "the answer is not JSON"},
		{"JSON and more", answer(good + "x"), "the answer is not JSON"},
		{"depth without end", answer(strings.Repeat("[", maxAnswer)), "the answer is not JSON"},
		{"no body", answer(""), "the answer is not JSON"},
		{"another answer", answer(`{"hourly":[]}`), "hourly.rain.0 is missing in the answer"},
		{"an answer that breaks off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, good)
		}, "example.com: unexpected EOF"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			value, err := serve(t, row.handler).read(t.Context(), rain(nil))
			got := ""
			if err != nil {
				got = inWords(err)
			}
			if got != row.want || (value == "25") != (row.want == "") {
				t.Errorf("found %q and %q; want %q", value, got, row.want)
			}
		})
	}
}

// A redirect is never requested, whatever it names.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	calls := 0
	web := serve(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		http.Redirect(w, r, "/again", http.StatusFound)
	})
	if _, err := web.read(t.Context(), rain(nil)); err == nil || calls != 1 {
		t.Errorf("found %d calls and %v", calls, err)
	}
}

// The time of a signal also ends a body that does not.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	web := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"hourly":`)
		_ = http.NewResponseController(w).Flush()
		cancel()
		<-r.Context().Done()
	})
	if _, err := web.read(ctx, rain(nil)); err == nil || inWords(err) != "no answer in time" {
		t.Errorf("found %v", err)
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		listed, url string
		allowed     bool
	}{
		{"example.com", "https://example.com/a", true},
		{"example.com", "https://EXAMPLE.com/a", true},
		{"example.com", "https://example.com:8443/a", true},
		{"example.com:8443", "https://example.com:8443/a", true},
		{"example.com:443", "https://example.com/a", true},
		{"example.com:8443", "https://example.com/a", false},
		{"example.com", "https://api.example.com/a", false},
		{"example.com", "https://example.com.evil.example/a", false},
		{"example.com", "https://example.com./a", false},
		{"api.example.com", "https://example.com/a", false},
		{"", "https://example.com/a", false},
		{" , ", "https://example.com/a", false},
	} {
		called := false
		web := newWeb(row.listed, &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			called = true
			return nil, errors.New("no network")
		}}, nil)
		_, err := web.read(t.Context(), config.Signal{HTTP: &config.HTTPSource{URL: row.url}, Value: "a"})
		if called != row.allowed || !row.allowed && !strings.HasSuffix(err.Error(), "is not in the deployment's list of hosts") {
			t.Errorf("%s of %q: called %t, %v", row.url, row.listed, called, err)
		}
	}
	if _, err := newWeb("example.com", &http.Transport{}, nil).read(t.Context(), config.Signal{HTTP: &config.HTTPSource{URL: "http://example.com"}}); err == nil {
		t.Error("http is not encrypted")
	}
}

// A name of the list may resolve to an address of this network, now or at the next look-up. The connection itself is refused.
func TestNamesOfPrivateAddressesAreRefused(t *testing.T) {
	t.Parallel()
	arrived := false
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrived = true }))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_, err = NewWeb("localhost", "", nil).read(t.Context(), config.Signal{HTTP: &config.HTTPSource{URL: "https://localhost:" + port}, Value: "a"})
	if err == nil || !strings.HasSuffix(inWords(err), " is not public") || arrived {
		t.Errorf("arrived %t, %v", arrived, err)
	}
}

func TestCertificatesAreVerified(t *testing.T) {
	t.Parallel()
	arrived := false
	web := serve(t, func(http.ResponseWriter, *http.Request) { arrived = true })
	other := rain(nil)
	other.HTTP.URL = "https://other.example/" // the certificate is for example.com
	_, err := web.read(t.Context(), other)
	if _, refused := errors.AsType[*tls.CertificateVerificationError](err); !refused || arrived {
		t.Errorf("arrived %t, %v", arrived, err)
	}
}

// TestProxy must not run beside others: it changes the environment.
func TestProxy(t *testing.T) {
	connects := 0
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connects++
		if r.Method != http.MethodConnect || r.Host != "example.com:443" {
			t.Errorf("found %s %s", r.Method, r.Host)
		}
		w.WriteHeader(http.StatusForbidden)
	}))
	defer proxy.Close()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy"} {
		t.Setenv(name, proxy.URL)
	}
	t.Setenv("NO_PROXY", "example.com")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := NewWeb("example.com", "", nil).read(ctx, rain(nil)); err == nil || connects != 0 {
		t.Errorf("the environment has an effect: %d calls of the proxy, %v", connects, err)
	}
	if _, err := NewWeb("example.com", proxy.URL, nil).read(t.Context(), rain(nil)); err == nil || connects != 1 {
		t.Errorf("%d calls of the proxy, %v", connects, err)
	}
	_, err := NewWeb("example.com", "http://ana:hunter2@%zz", nil).read(t.Context(), rain(nil))
	if want := "example.com: HTTPS_PROXY is no URL, such as http://10.0.0.1:3128"; err == nil || err.Error() != want {
		t.Errorf("found %v; want %s", err, want)
	}
}

func TestSecretsThatCannotBeSent(t *testing.T) {
	t.Parallel()
	web := serve(t, answer("{}"))
	for name, want := range map[string]string{
		"gone": `secret "gone" does not exist`, "denied": `secret "denied": AccessDeniedException: not authorized`,
		"binary": `secret "binary" has no text`, "lines": `secret "lines" must be one line of text`, "none": `secret "none" must be one line of text`,
	} {
		_, err := web.read(t.Context(), rain(map[string]config.HeaderValue{"a": {Secret: name}}))
		if err == nil || inWords(err) != want {
			t.Errorf("found %v; want %s", err, want)
		}
	}
}

// Whatever fails, no reading says a secret or the query of a URL.
func TestSecretsStayHere(t *testing.T) {
	t.Parallel()
	key := map[string]config.HeaderValue{"X-Key": {Secret: "key"}}
	broken := func(text string) Web {
		return newWeb("example.com", &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New(text)
		}}, vault{"key": "hunter2"})
	}
	for rule, web := range map[string]Web{
		"an answer that repeats the header": serve(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprintf(w, `{"hourly":{"rain":["key %s"]}}`, r.Header.Get("X-Key"))
		}),
		"an error page that repeats all": serve(t, func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, r.Header.Get("X-Key")+r.URL.String(), http.StatusUnauthorized)
		}),
		"an error that repeats the header": broken("header hunter2 is wrong"),
		"an error with the URL":            broken("refused"),
	} {
		value, err := web.read(t.Context(), rain(key))
		if err == nil || value != "" {
			t.Errorf("%s: found %q and %v", rule, value, err)
			continue
		}
		for _, secret := range []string{"hunter2", "s3cret", "lat="} {
			if strings.Contains(err.Error(), secret) || strings.Contains(inWords(err), secret) {
				t.Errorf("%s: %v", rule, err)
			}
		}
	}
}

// Libraries quote what they could not read of an answer.
func TestQuotedSecretsStayHere(t *testing.T) {
	t.Parallel()
	const secret = `ab\c"hunter`
	err := withoutSecrets(fmt.Errorf("malformed HTTP status code %q", "is "+secret), []string{secret})
	if strings.Contains(err.Error(), "hunter") {
		t.Error(err)
	}
}

// Any answer and any path give a value or an error.
func FuzzValue(f *testing.F) {
	for _, seed := range []string{"a.b", "#", "#(a>1)#|0", "@reverse.0", "@this|@pretty:{\"x\":1}", "!5", "{a,b}", `a\`, "..", "@", "#(", "0", "@keys.#"} {
		f.Add([]byte(`{"a":{"b":[1,"x",null]}}`), seed)
	}
	f.Add(bytes.Repeat([]byte("["), 100_000), "0")
	f.Fuzz(func(t *testing.T, body []byte, path string) {
		value, err := valueIn(body, path)
		if err == nil {
			value, err = checked(strings.TrimSpace(value))
		}
		if err == nil && (value == "" || utf8.RuneCountInString(value) > 100) || err != nil && value != "" {
			t.Errorf("found %q and %v", value, err)
		}
	})
}
