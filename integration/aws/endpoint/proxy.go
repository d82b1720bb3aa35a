package endpoint

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"syscall"

	"eks-scaling-automation/integration/aws/wire"
)

// proxy forwards calls to the server at an address. If that drops the connection, so does the proxy.
func proxy(address string) http.Handler {
	to, err := url.Parse(address)
	if err != nil || to.Host == "" {
		panic(fmt.Sprintf("endpoint: found the URL %q; want one as http://127.0.0.1:4566", address))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		r, _ := wire.Read(hr) // the endpoint has already read it without an error
		reverse := httputil.ReverseProxy{
			Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(to) },
			ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
				if !errors.Is(err, syscall.ECONNREFUSED) {
					panic(http.ErrAbortHandler) // net/http's way to drop the connection
				}
				message := fmt.Sprintf("the local %s at %s has ended", r.Service, to)
				r.Refuse(w, wire.NewFailure(http.StatusBadGateway, "ServiceUnavailable", message))
			},
		}
		reverse.ServeHTTP(w, hr)
	})
}
