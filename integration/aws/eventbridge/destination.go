package eventbridge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Destination is an API destination with its connection.
type Destination struct {
	URL    string
	Method string
	// Header and Value are the API key of the connection.
	Header, Value string
	// Body holds the connection's parameters of the body.
	Body map[string]string
}

// Call makes the call of a delivery, as EventBridge does: with the connection's header and parameters. Any answer but 2xx is an error.
func (d Destination) Call(ctx context.Context, client *http.Client, payload string) error {
	switch {
	case !strings.HasPrefix(d.URL, "https://"):
		return fmt.Errorf("found the endpoint %q; EventBridge calls https only", d.URL)
	case d.Header == "" || d.Value == "":
		return errors.New("a connection needs the name and the value of its API key")
	}
	body := []byte(payload)
	if len(d.Body) > 0 {
		var fields map[string]any
		if err := json.Unmarshal(body, &fields); err != nil {
			return fmt.Errorf("parameters of the body need an object: %w", err)
		}
		for name, value := range d.Body {
			fields[name] = value
		}
		var err error
		if body, err = json.Marshal(fields); err != nil {
			return err
		}
	}
	r, err := http.NewRequestWithContext(ctx, d.Method, d.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("User-Agent", "Amazon/EventBridge/ApiDestinations")
	r.Header.Set(d.Header, d.Value)
	response, err := client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("the endpoint answers %s", response.Status)
	}
	return nil
}
