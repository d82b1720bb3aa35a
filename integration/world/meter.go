package world

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"time"
)

// meter stands before DynamoDB. It counts the calls, as the bill would, and notes the changes of the config table, as the
// table's stream would.
type meter struct {
	server http.Server
	url    string
	calls  atomic.Int64
	stream *stream
}

func startMeter(ctx context.Context, target string, now func() time.Time) (*meter, error) {
	to, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m := &meter{url: "http://" + listener.Addr().String(), stream: &stream{db: target, now: now}}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ModifyResponse = m.stream.note
	m.server.ReadHeaderTimeout = time.Minute
	m.server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.calls.Add(1)
		if err := m.stream.watch(w, r, func(r *http.Request) { proxy.ServeHTTP(w, r) }); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	})
	go func() {
		if err := m.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			panic(err) // a listener that is open does not fail
		}
	}()
	return m, nil
}

// DynamoDBCalls is how many calls the functions and the command line tool have made so far.
func (w *World) DynamoDBCalls() int {
	return int(w.meter.calls.Load())
}
