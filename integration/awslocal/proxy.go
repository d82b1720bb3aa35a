package awslocal

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"syscall"

	"eks-scaling-automation/integration/awslocal/wire"
)

// proxy hands calls on to the server at an address. Where that drops the connection, so does the proxy.
func proxy(address string) http.Handler {
	to, err := url.Parse(address)
	if err != nil || to.Host == "" {
		panic(fmt.Sprintf("awslocal: found the URL %q; want one as http://127.0.0.1:4566", address))
	}
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) },
		ErrorHandler: func(w http.ResponseWriter, hr *http.Request, err error) {
			if !errors.Is(err, syscall.ECONNREFUSED) {
				panic(http.ErrAbortHandler) // net/http's way to drop the connection
			}
			r, _ := wire.Read(hr) // the request came this far: it is signed
			message := fmt.Sprintf("the local %s at %s has ended", r.Service, to)
			r.Refuse(w, Failure{Status: http.StatusBadGateway, Type: "ServiceUnavailable", Message: message})
		},
	}
}
