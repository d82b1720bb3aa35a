package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// Protocol is the format of a request and its answer.
type Protocol int

// The AWS protocols of the stand-ins.
const (
	REST  Protocol = iota // the operation is the method and the path; JSON in the body
	JSON                  // AWS JSON 1.0 and 1.1: the operation is in the X-Amz-Target header
	Query                 // a form with an Action, answered with XML
	CBOR                  // Smithy RPC v2: the operation is in the path
	EC2                   // the form of [Query], with names of its own for lists and errors
)

// Request is a call on its way in.
type Request struct {
	Caller
	Protocol  Protocol
	Operation string // as "DescribeAlarms"; "GET /clusters" for REST
	Body      []byte
}

// Read reads a request and keeps its body readable. Without a signature the failure is MissingAuthenticationToken (403).
func Read(hr *http.Request) (Request, error) {
	body, err := io.ReadAll(hr.Body)
	if err != nil {
		return Request{}, Refuse("IncompleteBody", err.Error())
	}
	hr.Body = io.NopCloser(bytes.NewReader(body))
	r := Request{Body: body}
	r.Protocol, r.Operation = protocol(hr, body)
	var signed bool
	if r.Caller, signed = CallerOf(hr); !signed {
		return r, Failure{http.StatusForbidden, "MissingAuthenticationToken", "Missing Authentication Token: the request is not signed"}
	}
	if r.Protocol == Query && r.Service == "ec2" {
		r.Protocol = EC2
	}
	return r, nil
}

func protocol(hr *http.Request, body []byte) (p Protocol, operation string) {
	if target := hr.Header.Get("X-Amz-Target"); target != "" {
		return JSON, target[strings.LastIndex(target, ".")+1:]
	}
	if hr.Header.Get("Smithy-Protocol") == "rpc-v2-cbor" {
		return CBOR, hr.URL.Path[strings.LastIndex(hr.URL.Path, "/")+1:]
	}
	if kind, _, _ := mime.ParseMediaType(hr.Header.Get("Content-Type")); kind == "application/x-www-form-urlencoded" {
		form, _ := url.ParseQuery(string(body)) // an invalid body has no Action
		return Query, form.Get("Action")
	}
	return REST, hr.Method + " " + hr.URL.Path
}

// Decode reads an operation's input into a pointer to a struct. It refuses unknown members.
func (r Request) Decode(into any) error {
	err := r.decode(into)
	if err == nil {
		return nil
	}
	kind := "SerializationException"
	switch r.Protocol {
	case Query:
		kind = "ValidationError"
	case EC2:
		kind = "UnknownParameter"
	case REST, JSON, CBOR:
	}
	return Refuse(kind, fmt.Sprintf("this is not what the local %s takes: %v", r.Operation, err))
}

func (r Request) decode(into any) error {
	switch r.Protocol {
	case Query:
		return decodeForm(r.Body, into, ".member")
	case EC2:
		return decodeForm(r.Body, into, "")
	case CBOR:
		sent, err := fromCBOR(r.Body)
		if err != nil {
			return err
		}
		return decodeJSON(sent, into)
	case REST, JSON:
		return decodeJSON(r.Body, into)
	}
	return fmt.Errorf("no protocol %d", r.Protocol)
}

func decodeJSON(body []byte, into any) error {
	if len(body) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	return d.Decode(into)
}
