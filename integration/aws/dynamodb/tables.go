package dynamodb

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"
)

// Tables is the local world's DynamoDB: a [Server] with transactions and the stream of the config table added. It counts what
// calls consume, as the bill would.
type Tables struct {
	server *Server
	front  http.Server
	url    string
	meter  *meter
	stream *stream
}

// StartTables starts a server and puts the tables in front of it. The context bounds the start only; end it with Close. The
// clock dates the changes.
func StartTables(ctx context.Context, now func() time.Time) (*Tables, error) {
	server, err := Start(ctx)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	t := &Tables{server: server, url: "http://" + listener.Addr().String(), meter: &meter{indexes: map[string][]string{}}, stream: &stream{db: server.URL(), now: now}}
	proxy := proxyTo(server.URL())
	proxy.ModifyResponse = func(response *http.Response) error {
		return errors.Join(t.meter.note(response), t.stream.note(response))
	}
	t.front.ReadHeaderTimeout = time.Minute
	t.front.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, err := t.meter.ask(r)
		if err == nil {
			err = t.stream.watch(w, r, func(r *http.Request) { proxy.ServeHTTP(w, r) })
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	})
	go func() {
		if err := t.front.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			panic(err) // a listener that is open does not fail
		}
	}()
	return t, nil
}

// proxyTo passes requests on to an address of this package, which is always valid.
func proxyTo(address string) *httputil.ReverseProxy {
	to, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return httputil.NewSingleHostReverseProxy(to)
}

// URL returns the endpoint that counts calls and records changes in the stream.
func (t *Tables) URL() string { return t.url }

// Past returns the endpoint that neither counts calls nor records changes.
func (t *Tables) Past() string { return t.server.URL() }

// Ahead calls do once, right before the next transaction, as if somebody else wrote first.
func (t *Tables) Ahead(do func()) { t.stream.ahead.Store(&do) }

// TakeChanges returns the changes of the configuration since the last call, as the batch that Lambda delivers to a function; nil
// if there are none.
func (t *Tables) TakeChanges() (json.RawMessage, error) {
	records := t.stream.take()
	if len(records) == 0 {
		return nil, nil
	}
	return json.Marshal(map[string]any{"Records": records})
}

// Close ends the tables and their server.
func (t *Tables) Close() error { return errors.Join(t.front.Close(), t.server.Close()) }
