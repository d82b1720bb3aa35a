package wire

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"

	"github.com/aws/smithy-go/encoding/cbor"
)

// Answer writes an operation's answer, a struct or nil, in the protocol of its request.
func (r Request) Answer(w http.ResponseWriter, answer any) {
	node := tree(reflect.ValueOf(&answer).Elem())
	if node == nil {
		node = fields{}
	}
	if r.Protocol == Query {
		node = fields{{r.Operation + "Result", node}, {"ResponseMetadata", fields{{"RequestId", "local"}}}}
		write(w, Query, http.StatusOK, r.Operation+"Response", node)
		return
	}
	if r.Protocol == EC2 {
		write(w, EC2, http.StatusOK, r.Operation+"Response", append(fields{{"requestId", "local"}}, node.(fields)...))
		return
	}
	write(w, r.Protocol, http.StatusOK, "", node)
}

// Refuse writes a failure in the protocol of the request.
func (r Request) Refuse(w http.ResponseWriter, f Failure) {
	if r.Service == "s3" { // REST with XML, and nothing around the error
		write(w, Query, f.Status, "Error", fields{{"Code", f.Type}, {"Message", f.Message}, {"RequestId", "local"}})
		return
	}
	if r.Protocol == Query {
		side := "Sender"
		if f.Status >= http.StatusInternalServerError {
			side = "Receiver"
		}
		write(w, Query, f.Status, "ErrorResponse", fields{
			{"Error", fields{{"Type", side}, {"Code", f.Type}, {"Message", f.Message}}}, {"RequestId", "local"},
		})
		return
	}
	if r.Protocol == EC2 {
		write(w, EC2, f.Status, "Response", fields{
			{"Errors", fields{{"Error", fields{{"Code", f.Type}, {"Message", f.Message}}}}}, {"RequestID", "local"},
		})
		return
	}
	w.Header().Set("X-Amzn-ErrorType", f.Type)
	if former := formerTypes[f.Type]; former != "" {
		w.Header().Set("X-Amzn-Query-Error", former+";Sender")
	}
	write(w, r.Protocol, f.Status, "", fields{{"__type", f.Type}, {"message", f.Message}})
}

// formerTypes maps error types to their former names in the [Query] protocol, which clients still use.
var formerTypes = map[string]string{"com.amazonaws.sqs#QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue"}

// write writes a tree; the name is for XML's outermost element.
func write(w http.ResponseWriter, p Protocol, status int, name string, node any) {
	switch p {
	case Query:
		var b strings.Builder
		toXML(&b, name, "member", node)
		send(w, "text/xml", status, []byte(b.String()))
	case EC2:
		var b strings.Builder
		toXML(&b, name, "item", node)
		send(w, "text/xml", status, []byte(b.String()))
	case CBOR:
		w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
		send(w, "application/cbor", status, cbor.Encode(toCBOR(node)))
	case JSON:
		send(w, "application/x-amz-json-1.0", status, asJSON(toJSON(node)))
	case REST:
		send(w, "application/json", status, asJSON(toJSON(node)))
	}
}

// WriteJSON writes an answer whose structs have their own JSON names.
func WriteJSON(w http.ResponseWriter, status int, body any) {
	send(w, "application/json", status, asJSON(body))
}

func asJSON(body any) []byte {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // a mistake in the service: plain structs can be written
	}
	return data
}

func send(w http.ResponseWriter, kind string, status int, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller may be gone
}
