package readsignals

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/tidwall/gjson"

	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/config"
)

// Secrets has the secrets that headers name.
type Secrets interface {
	GetSecretValue(ctx context.Context, in *secretsmanager.GetSecretValueInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
}

// Web reads signals from services on the internet.
type Web struct {
	hosts   []string // that the deployment allows
	client  *http.Client
	secrets Secrets
}

// maxAnswer is the longest answer, in bytes.
const maxAnswer = 1 << 20

// NewWeb returns a source that connects to public addresses of the given hosts only, such as "api.example.com,example.org:8443". A
// host without a port stands for all of its ports.
//
// With a proxy, such as "http://10.0.0.1:3128", every request goes through it. Then the proxy resolves the names, and must itself
// refuse addresses that are not public. Without one, the other variables for proxies have no effect.
func NewWeb(hosts, proxy string, secrets Secrets) Web {
	dialer := net.Dialer{Control: onlyPublic}
	transport := &http.Transport{DialContext: dialer.DialContext}
	if proxy != "" {
		transport = &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return parseProxy(proxy) }}
	}
	return newWeb(hosts, transport, secrets)
}

// parseProxy parses the address of a proxy. The parser's own error may show a password.
func parseProxy(text string) (*url.URL, error) {
	address, err := url.Parse(text)
	if err != nil || address.Host == "" {
		return nil, errors.New("HTTPS_PROXY is no URL, such as http://10.0.0.1:3128")
	}
	return address, nil
}

func newWeb(hosts string, transport *http.Transport, secrets Secrets) Web {
	if transport.TLSClientConfig == nil {
		transport.TLSClientConfig = &tls.Config{}
	}
	transport.TLSClientConfig.MinVersion = tls.VersionTLS12
	transport.ForceAttemptHTTP2 = true
	transport.DisableKeepAlives = true // Lambda freezes the function between two runs
	transport.MaxResponseHeaderBytes = maxAnswer
	var allowed []string
	for host := range strings.SplitSeq(hosts, ",") {
		if host = strings.ToLower(strings.TrimSpace(host)); host != "" {
			allowed = append(allowed, host)
		}
	}
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return Web{hosts: allowed, client: client, secrets: secrets}
}

// read requests an answer, and returns the value in it.
func (w Web) read(ctx context.Context, s config.Signal) (string, error) {
	address, err := url.Parse(s.HTTP.URL)
	if err != nil || address.Scheme != "https" {
		return "", errors.New("the URL is invalid") // the configuration is checked; the parser's own error would show all of it
	}
	if err := w.checkHost(address); err != nil {
		return "", err
	}
	header, secrets, err := w.header(ctx, s.HTTP.Header)
	if err != nil {
		return "", err
	}
	body, err := w.get(ctx, address, header)
	if err != nil {
		return "", withoutSecrets(err, secrets)
	}
	value, err := valueIn(body, s.Value)
	if slices.ContainsFunc(secrets, func(secret string) bool { return strings.Contains(value, secret) }) {
		return "", errors.New("the answer repeats a secret")
	}
	return value, err
}

// checkHost refuses hosts that the deployment does not list.
func (w Web) checkHost(address *url.URL) error {
	host, port := strings.ToLower(address.Hostname()), address.Port()
	if port == "" {
		port = "443"
	}
	if !slices.Contains(w.hosts, host) && !slices.Contains(w.hosts, net.JoinHostPort(host, port)) {
		return fmt.Errorf("host %s is not in the deployment's list of hosts", address.Host)
	}
	return nil
}

// header returns the headers to send, and the secrets in them.
func (w Web) header(ctx context.Context, values map[string]config.HeaderValue) (header http.Header, secrets []string, err error) {
	header = http.Header{"Accept": {"application/json"}, "User-Agent": {"eks-scaling"}}
	for name, value := range values {
		text := value.Text
		if value.Secret != "" {
			if text, err = w.secret(ctx, value.Secret); err != nil {
				return nil, nil, err
			}
			secrets = append(secrets, text)
		}
		header.Set(name, text)
	}
	return header, secrets, nil
}

// secret returns the text of a secret, without the line break that many tools add.
func (w Web) secret(ctx context.Context, name string) (string, error) {
	out, err := w.secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &name})
	switch {
	case awserr.Missing(err):
		return "", fmt.Errorf("secret %q does not exist", name)
	case err != nil:
		return "", fmt.Errorf("secret %q: %w", name, said(err))
	case out.SecretString == nil:
		return "", fmt.Errorf("secret %q has no text", name)
	}
	text := strings.TrimSpace(*out.SecretString)
	isControl := func(r rune) bool { return r < ' ' || r == '\x7f' }
	if text == "" || strings.ContainsFunc(text, isControl) {
		return "", fmt.Errorf("secret %q must be one line of text", name)
	}
	return text, nil
}

// get returns the body of an answer.
func (w Web) get(ctx context.Context, address *url.URL, header http.Header) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
	if err != nil {
		return nil, errors.New("the request is invalid")
	}
	request.Header = header
	response, err := w.client.Do(request)
	if err != nil {
		return nil, callError(address.Host, err)
	}
	defer func() { _ = response.Body.Close() }()
	switch code := response.StatusCode; {
	case code >= http.StatusMultipleChoices && code < http.StatusBadRequest:
		return nil, fmt.Errorf("%s answered with status %d: redirects are not followed", address.Host, code)
	case code != http.StatusOK:
		return nil, fmt.Errorf("%s answered with status %d", address.Host, code)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, callError(address.Host, err)
	case len(body) > maxAnswer:
		return nil, fmt.Errorf("%s answered with more than 1 MiB", address.Host)
	}
	return body, nil
}

// callError says why there is no answer. The client's own error begins with the whole URL.
func callError(host string, err error) error {
	if call, ok := errors.AsType[*url.Error](err); ok {
		err = call.Err
	}
	if private, ok := errors.AsType[*addressError](err); ok {
		err = private
	}
	return fmt.Errorf("%s: %w", host, err)
}

// withoutSecrets keeps secrets out of an error, whatever a library writes into it, also in quotes.
func withoutSecrets(err error, secrets []string) error {
	text := err.Error()
	repeats := func(secret string) bool {
		return strings.Contains(text, secret) || strings.Contains(text, strings.Trim(strconv.Quote(secret), `"`))
	}
	if slices.ContainsFunc(secrets, repeats) {
		return errors.New("the request failed; the reason repeats a secret")
	}
	return err
}

// valueIn returns the value at a path of a JSON document.
func valueIn(body []byte, path string) (string, error) {
	if !json.Valid(body) { // gjson requires it, and limits no depth
		return "", errors.New("the answer is not JSON")
	}
	switch found := gjson.GetBytes(body, path); found.Type {
	case gjson.Number, gjson.String, gjson.True, gjson.False:
		return found.String(), nil
	case gjson.Null, gjson.JSON:
		if found.Exists() {
			return "", fmt.Errorf("%s in the answer is %s: a number, a text, true or false is required", path, kindOf(found))
		}
	}
	return "", fmt.Errorf("%s is missing in the answer", path)
}

func kindOf(found gjson.Result) string {
	switch {
	case found.IsObject():
		return "an object"
	case found.IsArray():
		return "a list"
	default:
		return "null"
	}
}
