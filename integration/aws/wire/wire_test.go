package wire_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/wire"
)

const signed = "AWS4-HMAC-SHA256 Credential=key/20260310/sa-east-1/eks/aws4_request, SignedHeaders=host, Signature=00"

func TestCallerIsInTheSignature(t *testing.T) {
	t.Parallel()
	caller := wire.Caller{Principal: "key", Region: "sa-east-1", Service: "eks"}
	for _, row := range []struct {
		name, authorization string
		want                wire.Caller
		ok                  bool
	}{
		{"as the SDKs write it", signed, caller, true},
		{"without spaces", strings.ReplaceAll(signed, ", ", ","), caller, true},
		{"the scope alone", "Credential=key/20260310/sa-east-1/eks/aws4_request", caller, true},
		{"nothing", "", wire.Caller{}, false},
		{"another scheme", "Bearer token", wire.Caller{}, false},
		{"too short a scope", "Credential=key/20260310/eks/aws4_request", wire.Caller{}, false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Authorization", row.authorization)
		if got, ok := wire.CallerOf(r); got != row.want || ok != row.ok {
			t.Errorf("%s: found %+v, %v; want %+v, %v", row.name, got, ok, row.want, row.ok)
		}
	}
}

// request is what an operation is sent in each protocol.
func request(p wire.Protocol, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/some/path", strings.NewReader(body))
	switch p { //nolint:exhaustive // EC2 has requests as Query has
	case wire.JSON:
		r.Header.Set("X-Amz-Target", "Some_2020.Prefix.Do")
	case wire.Query:
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	case wire.CBOR:
		r = httptest.NewRequest(http.MethodPost, "/service/Some/operation/Do", strings.NewReader(body))
		r.Header.Set("Smithy-Protocol", "rpc-v2-cbor")
	case wire.REST:
	}
	r.Header.Set("Authorization", signed)
	return r
}

type input struct {
	Name    string
	Count   int
	Sure    bool
	Names   []string
	Entries []struct {
		Key    string
		Values []string
	}
	ResourceID string `json:"ResourceId"`
}

func TestEveryProtocolSaysTheSame(t *testing.T) {
	t.Parallel()
	want := input{Name: "n", Count: -2, Sure: true, Names: []string{"a", "b"}, ResourceID: "r"}
	want.Entries = append(want.Entries, struct {
		Key    string
		Values []string
	}{"k", []string{"v"}})
	form := url.Values{
		"Action": {"Do"}, "Version": {"2020"}, "Name": {"n"}, "Count": {"-2"}, "Sure": {"true"}, "Names.member.1": {"a"}, "Names.member.2": {"b"},
		"Entries.member.1.Key": {"k"}, "Entries.member.1.Values.member.1": {"v"}, "ResourceId": {"r"},
	}.Encode()
	asJSON, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	asCBOR := cbor.Encode(cbor.Map{
		"Name": cbor.String("n"), "Count": cbor.NegInt(2), "Sure": cbor.Bool(true), "ResourceId": cbor.String("r"),
		"Names":   cbor.List{cbor.String("a"), cbor.String("b")},
		"Entries": cbor.List{cbor.Map{"Key": cbor.String("k"), "Values": cbor.List{cbor.String("v")}}},
	})
	for _, row := range []struct {
		protocol        wire.Protocol
		body, operation string
	}{
		{wire.REST, string(asJSON), "POST /some/path"},
		{wire.JSON, string(asJSON), "Do"},
		{wire.Query, form, "Do"},
		{wire.CBOR, string(asCBOR), "Do"},
	} {
		hr := request(row.protocol, row.body)
		for range 2 { // the body can be read again
			r, err := wire.Read(hr)
			if err != nil || r.Operation != row.operation || r.Protocol != row.protocol || r.Service != "eks" {
				t.Errorf("found %+v, %v; want %s in the protocol %d", r, err, row.operation, row.protocol)
			}
			var got input
			if err := r.Decode(&got); err != nil {
				t.Errorf("protocol %d: %v", row.protocol, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("protocol %d (-want +got):\n%s", row.protocol, diff)
			}
		}
	}
}

func TestUnsupportedInputIsRefused(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		protocol wire.Protocol
		body     string
		want     string
	}{
		{"another member in JSON", wire.JSON, `{"Other": 1}`, `SerializationException: this is not what the local Do takes: json: unknown field "Other"`},
		{"another member in CBOR", wire.CBOR, string(cbor.Encode(cbor.Map{"Other": &cbor.Nil{}})), `json: unknown field "Other"`},
		{"another parameter in a form", wire.Query, "Action=Do&Other=1&Names.member.1=a&Names.member.3=c", "ValidationError: this is not what the local Do takes: it has no Names.member.3, Other"},
		{"no number", wire.Query, "Action=Do&Count=many", `Count: found "many"; want int`},
		{"no truth", wire.Query, "Action=Do&Sure=maybe", `Sure: found "maybe"; want bool`},
		{"no JSON", wire.JSON, "{", "unexpected EOF"},
		{"no CBOR", wire.CBOR, "\xff", "SerializationException"},
	} {
		r, err := wire.Read(request(row.protocol, row.body))
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Decode(new(input)); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: found the error %v; want %q in it", row.name, err, row.want)
		}
	}
	r, err := wire.Read(request(wire.Query, "Action=Do&Names="))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Decode(new(input)); err != nil {
		t.Errorf("an empty list: %v", err)
	}
}

type texts struct{ Text string }

type output struct {
	texts
	Left  string `json:",omitempty"`
	Size  *int
	None  *int
	Part  float64
	Minus int
	At    time.Time
	Never time.Time
	List  []struct {
		ID string `json:"Id"`
	}
	Values map[string]string
}

func TestAnswersAreWrittenInTheProtocolOfTheRequest(t *testing.T) {
	t.Parallel()
	answer := output{
		texts: texts{"a<b"}, Size: new(3), Part: 0.5, Minus: -1, At: time.Date(2026, 3, 10, 12, 0, 0, 5e6, time.FixedZone("", -3*3600)),
		List: []struct {
			ID string `json:"Id"`
		}{{"x"}, {"y"}}, Values: map[string]string{"b": "2", "a": "1"},
	}
	const inJSON = `{"At":1773154800.005,"List":[{"Id":"x"},{"Id":"y"}],"Minus":-1,"Part":0.5,"Size":3,"Text":"a\u003cb","Values":{"a":"1","b":"2"}}`
	for protocol, want := range map[wire.Protocol]string{
		wire.JSON: inJSON,
		wire.REST: inJSON,
		wire.Query: "<DoResponse><DoResult><Text>a&lt;b</Text><Size>3</Size><Part>0.5</Part><Minus>-1</Minus><At>2026-03-10T15:00:00.005Z</At>" +
			"<List><member><Id>x</Id></member><member><Id>y</Id></member></List>" +
			"<Values><entry><key>a</key><value>1</value></entry><entry><key>b</key><value>2</value></entry></Values></DoResult>" +
			"<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></DoResponse>",
	} {
		if _, got := serve(t, protocol, func(wire.Request) (any, error) { return answer, nil }); got != want {
			t.Errorf("protocol %d: found\n%s\nwant\n%s", protocol, got, want)
		}
	}
	_, body := serve(t, wire.CBOR, func(wire.Request) (any, error) { return answer, nil })
	got, err := cbor.Decode([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	want := cbor.Map{
		"Text": cbor.String("a<b"), "Size": cbor.Uint(3), "Part": cbor.Float64(0.5), "Minus": cbor.NegInt(1),
		"At":   &cbor.Tag{ID: 1, Value: cbor.Float64(1773154800.005)},
		"List": cbor.List{cbor.Map{"Id": cbor.String("x")}, cbor.Map{"Id": cbor.String("y")}}, "Values": cbor.Map{"a": cbor.String("1"), "b": cbor.String("2")},
	}
	if diff := cmp.Diff(cbor.Value(want), got); diff != "" {
		t.Errorf("CBOR (-want +got):\n%s", diff)
	}
	if _, got := serve(t, wire.JSON, func(wire.Request) (any, error) { return nil, nil }); got != "{}" {
		t.Errorf("nothing: found %s; want {}", got)
	}
}

// serve has an operation do a call.
func serve(t *testing.T, p wire.Protocol, do wire.Operation) (status int, body string) {
	t.Helper()
	operation := map[wire.Protocol]string{wire.REST: "POST /some/path"}[p]
	if operation == "" {
		operation = "Do"
	}
	send := map[wire.Protocol]string{wire.Query: "Action=Do"}[p]
	w := httptest.NewRecorder()
	wire.Operations{operation: do}.ServeHTTP(w, request(p, send))
	return w.Code, w.Body.String()
}

func TestFailuresAreWrittenInTheProtocolOfTheRequest(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		protocol wire.Protocol
		err      error
		status   int
		want     string
	}{
		{"JSON", wire.JSON, wire.Refuse("Bad", "why"), 400, `{"__type":"Bad","message":"why"}`},
		{"REST", wire.REST, wire.Failure{Status: 409, Type: "Taken", Message: "why"}, 409, `{"__type":"Taken","message":"why"}`},
		{
			"query", wire.Query, wire.Refuse("Bad", "a&b"), 400,
			"<ErrorResponse><Error><Type>Sender</Type><Code>Bad</Code><Message>a&amp;b</Message></Error><RequestId>local</RequestId></ErrorResponse>",
		},
		{
			"the service's own fault", wire.Query, fmt.Errorf("broken"), 500,
			"<ErrorResponse><Error><Type>Receiver</Type><Code>InternalFailure</Code><Message>broken</Message></Error><RequestId>local</RequestId></ErrorResponse>",
		},
		{"a failure that is wrapped", wire.JSON, fmt.Errorf("while: %w", wire.Refuse("Bad", "why")), 400, `{"__type":"Bad","message":"why"}`},
	} {
		status, body := serve(t, row.protocol, func(wire.Request) (any, error) { return nil, row.err })
		if status != row.status || body != row.want {
			t.Errorf("%s: found %d %s; want %d %s", row.name, status, body, row.status, row.want)
		}
	}
}
