package config

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

const (
	maxURL         = 2000
	maxHeaders     = 20
	maxHeaderValue = 1000
)

func readHTTP(v value) *HTTPSource {
	source := &HTTPSource{}
	v.object(fields{
		"url":    func(v value) { source.URL = v.url() },
		"header": func(v value) { source.Header = v.header() },
	}, "url")
	return source
}

// url reads an address whose host has a name and that holds no secret.
func (v value) url() string {
	text := v.shortText(maxURL)
	if text == "" {
		return ""
	}
	if scheme, _, found := strings.Cut(text, "://"); found && strings.EqualFold(scheme, "http") {
		v.fail("http:// is not encrypted: use https://")
		return text
	}
	if strings.Contains(text, " ") {
		v.fail("has a space: write it as %%20")
		return text
	}
	if address, valid := parseURL(text); valid {
		v.checkURL(address)
	} else { // The parser's own error may show a password.
		v.fail(`invalid URL: use https:// and a host name, for example "https://api.example.com/forecast?lat=-23.5"`)
	}
	return text
}

func (v value) checkURL(address *url.URL) {
	query, err := url.ParseQuery(address.RawQuery)
	switch host := address.Hostname(); {
	case address.User != nil:
		v.fail("has a user name or a password: send it in a header, as {secret: NAME}")
	case isAddress(host):
		v.fail("has the IP address %s: use a host name", host)
	case !IsHostName(strings.ToLower(host)):
		v.fail("invalid host name %q: use a public one in ASCII, such as api.example.com", host)
	case address.Fragment != "" || strings.HasSuffix(v.node.Value, "#"):
		v.fail("remove the part after #: it is not sent")
	case err != nil:
		v.fail("invalid query: use %% and two digits for other characters, and & between parameters")
	default:
		v.refuseSecrets(query)
		v.suspectSecrets(address.Path, query)
	}
}

// parseURL parses an https URL with a host. Valid reports whether it is one.
func parseURL(text string) (address *url.URL, valid bool) {
	if !strings.HasPrefix(text, "https://") {
		return nil, false
	}
	address, err := url.Parse(text)
	return address, err == nil && address.Hostname() != "" && isPort(address.Host)
}

// refuseSecrets reports the query parameters whose names are usual for secrets.
func (v value) refuseSecrets(query url.Values) {
	var names []string
	for name := range query {
		if namesSecret(name) {
			names = append(names, strconv.Quote(name))
		}
	}
	if slices.Sort(names); len(names) > 0 {
		v.fail("query parameter %s looks like a secret in plain text: send it in a header, as {secret: NAME}", strings.Join(names, " and "))
	}
}

// suspectSecrets warns about parts of a URL that look like a secret, without repeating them. Some services have the key in the path.
// Names of several words and UUIDs are no secrets.
func (v value) suspectSecrets(path string, query url.Values) {
	parts := strings.Split(path, "/")
	for name, values := range query {
		if !namesSecret(name) {
			parts = append(parts, values...)
		}
	}
	isSuspect := func(part string) bool { return isSecret(part) && consistsOf(part, "=.") }
	if slices.ContainsFunc(parts, isSuspect) {
		v.find(Warning, "a part of the URL looks like a secret in plain text; is this intended? Send secrets in a header, as {secret: NAME}")
	}
}

// hostName matches a lower-case name with at least two labels. The last one has a letter, so it is no IP address.
var hostName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)
})

// IsHostName reports whether a host has a name that the deployment can list.
func IsHostName(host string) bool {
	return len(host) <= 253 && hostName().MatchString(host)
}

// isPort reports whether a host has no port, or a valid one.
func isPort(host string) bool {
	_, port, found := strings.Cut(host[strings.LastIndexByte(host, ']')+1:], ":")
	number, err := strconv.ParseUint(port, 10, 16)
	return !found || err == nil && number > 0
}

// isAddress reports whether a host is an IP address, also in a form that only some resolvers read: in the last part of a name, a
// number stands for an address.
func isAddress(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	last := host[strings.LastIndexByte(strings.TrimSuffix(host, "."), '.')+1:]
	_, err := strconv.ParseUint(strings.TrimSuffix(last, "."), 0, 64)
	return err == nil
}

var headerName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("^[0-9A-Za-z!#$%'*+.^_`|~-]+$") })

// ownHeaders are those that the client sets.
var ownHeaders = []string{
	"accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
}

func (v value) header() map[string]HeaderValue {
	header, seen := map[string]HeaderValue{}, map[string]bool{}
	isObject := v.entries(func(name string, v value) {
		lower := strings.ToLower(name)
		switch {
		case !headerName().MatchString(name) || len(name) > longestName:
			v.fail("invalid header name %q: use at most 100 letters, digits and -", name)
		case slices.Contains(ownHeaders, lower) || strings.HasPrefix(lower, "proxy-"):
			v.fail("header %s cannot be set: remove it", name)
		case seen[lower]:
			v.fail("duplicate header: keep one")
		}
		seen[lower] = true
		header[name] = v.headerValue(name)
	})
	switch {
	case !isObject:
		return nil
	case len(header) > maxHeaders:
		v.fail("has %d headers: use at most %d", len(header), maxHeaders)
	}
	return header
}

func (v value) headerValue(name string) (h HeaderValue) {
	switch {
	case v.node.ShortTag() == "!!map":
		v.object(fields{"secret": func(v value) { h.Secret = v.matching(isSecretName, "secret", secretForm) }}, "secret")
		return h
	case v.node.ShortTag() != "!!str":
		v.must("a string, or an object with secret")
		return h
	}
	h.Text = v.shortText(maxHeaderValue)
	switch {
	case namesSecret(name) || isSecret(h.Text):
		v.fail("looks like a secret in plain text: use {secret: NAME}, the name of a secret in Secrets Manager")
	case strings.TrimSpace(h.Text) != h.Text:
		v.fail("has spaces around it: remove them")
	}
	return h
}

// namesSecret reports whether a header or a query parameter has a name that is usual for secrets.
func namesSecret(name string) bool {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune("-_. ", r) {
			return -1
		}
		return r
	}, strings.ToLower(name))
	exact := []string{"appid", "auth", "code", "cookie", "pass", "pwd", "sig"}
	parts := []string{"apikey", "accesskey", "authorization", "credential", "passw", "secret", "signature", "token"}
	return slices.Contains(exact, name) || strings.HasSuffix(name, "key") || strings.HasPrefix(name, "key") && len(name) <= len("key1") ||
		slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(name, part) })
}

// longSecret is a length from which text of letters and digits without a space looks drawn at random.
const longSecret = 20

// isSecret reports whether a header's text looks like a secret: the credentials of a scheme, a JSON Web Token, or random characters.
func isSecret(text string) bool {
	scheme, rest, _ := strings.Cut(text, " ")
	if rest != "" && slices.ContainsFunc([]string{"Basic", "Bearer", "Digest", "Token", "ApiKey"}, func(s string) bool { return strings.EqualFold(s, scheme) }) {
		return true
	}
	digits, letters := 0, 0
	for i := range len(text) {
		switch {
		case isDigit(text[i]):
			digits++
		case isLetterOrDigit(text[i]):
			letters++
		}
	}
	isRandom := len(text) >= longSecret && digits >= 4 && letters >= 4 && consistsOf(text, "_-=")
	return isRandom || strings.HasPrefix(text, "eyJ") && consistsOf(text, "_-=.")
}
