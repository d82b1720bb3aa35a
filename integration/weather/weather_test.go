package weather_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"
	"testing"

	"eks-scaling-automation/integration/weather"
)

// client returns a client with the environment that a function gets.
func client(t *testing.T, s *weather.Service) *http.Client {
	t.Helper()
	authority, err := os.ReadFile(s.Env()["SSL_CERT_FILE"])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) {
		t.Fatal("the authority has no certificate")
	}
	proxy, err := url.Parse(s.Env()["HTTPS_PROXY"])
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func start(t *testing.T) *weather.Service {
	t.Helper()
	s, err := weather.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// found is what a client gets.
type found struct {
	status         int
	body, location string
}

func get(ctx context.Context, t *testing.T, c *http.Client, address string) (found, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Api-Key", "hush")
	response, err := c.Do(request)
	if err != nil {
		return found{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return found{response.StatusCode, string(body), response.Header.Get("Location")}, err
}

func TestTheServiceAnswersOverHTTPS(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := client(t, s)
	for _, row := range []struct {
		answer weather.Answer
		status int
	}{
		{weather.Answer{Body: `{"rain":25}`}, 200},
		{weather.Answer{Status: 503, Body: "busy"}, 503},
		{weather.Answer{Status: 302, Location: "https://elsewhere.example/"}, 302},
	} {
		s.Set(row.answer)
		got, err := get(t.Context(), t, c, "https://"+weather.Host+"/forecast?lat=-23.5")
		if err != nil {
			t.Fatal(err)
		}
		if want := (found{row.status, row.answer.Body, row.answer.Location}); got != want {
			t.Errorf("found %+v; want %+v", got, want)
		}
	}
	if calls := s.Calls(); len(calls) != 3 || calls[0].URI != "/forecast?lat=-23.5" || calls[0].Header.Get("X-Api-Key") != "hush" {
		t.Errorf("found the calls %v", calls)
	}
}

func TestTheProxyRefusesEveryOtherHost(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := client(t, s)
	for _, address := range []string{"https://elsewhere.example/", "https://127.0.0.1/", "https://" + weather.Host + ":8443/", "http://" + weather.Host + "/"} {
		got, err := get(t.Context(), t, c, address)
		refused := err != nil && strings.Contains(err.Error(), "Forbidden") || err == nil && got.status == http.StatusForbidden
		if !refused {
			t.Errorf("%s: found %+v, %v; want it refused", address, got, err)
		}
	}
}

func TestTheServiceMayHang(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Set(weather.Answer{Hangs: true})
	ctx, cancel := context.WithCancel(t.Context())
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { cancel() }})
	if _, err := get(ctx, t, client(t, s), "https://"+weather.Host+"/"); err == nil {
		t.Error("found an answer")
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]weather.Answer{
		` {"rain":25}` + "\n": {Body: `{"rain":25}`}, "503": {Status: 503}, "hangs": {Hangs: true},
		"25": {}, "rain": {}, "{": {}, "600": {}, "": {}, "[1]": {},
	} {
		got, err := weather.Parse(text)
		if got != want || (err != nil) != (want == weather.Answer{}) {
			t.Errorf("%q: found %+v, %v; want %+v", text, got, err, want)
		}
	}
}
