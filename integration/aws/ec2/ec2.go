// Package ec2 fakes a part of Amazon EC2: DescribeLaunchTemplateVersions. It keeps its templates in memory and serves the unmodified AWS
// SDK behind an endpoint.
//
// It must never be more lenient than AWS: it refuses what AWS refuses, with the same error type, and everything unknown.
package ec2

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"sync"

	"eks-scaling-automation/integration/aws/wire"
)

// Server is EC2 in all regions of an account. The zero value is empty.
type Server struct {
	mu        sync.Mutex
	templates map[key][]string // the instance type of each version; empty if it has none
}

type key struct{ region, id string }

var validID = regexp.MustCompile(`^lt-[0-9a-f]{17}$`)

// PutTemplate creates a launch template with versions that have these instance types; the last one is the default. It panics if AWS
// would refuse its id.
func (s *Server) PutTemplate(region, id string, types ...string) {
	if !validID.MatchString(id) {
		panic(fmt.Sprintf("ec2: found the launch template %q; want an id such as lt-0123456789abcdef0", id))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.templates == nil {
		s.templates = map[key][]string{}
	}
	s.templates[key{region, id}] = types
}

// version is a version of a template as EC2 writes it.
type version struct {
	ID      string `xml:"launchTemplateId"`
	Number  int    `xml:"versionNumber"`
	Default bool   `xml:"defaultVersion"`
	Data    struct {
		InstanceType string `xml:"instanceType,omitempty"`
	} `xml:"launchTemplateData"`
}

func (s *Server) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	c, signed := wire.CallerOf(hr)
	body, _ := io.ReadAll(hr.Body)
	form, err := url.ParseQuery(string(body))
	switch {
	case !signed:
		refuse(w, http.StatusUnauthorized, "AuthFailure", "AWS was not able to validate the provided access credentials")
	case err != nil:
		refuse(w, http.StatusBadRequest, "MalformedQueryString", err.Error())
	case form.Get("Action") != "DescribeLaunchTemplateVersions":
		refuse(w, http.StatusBadRequest, "InvalidAction", "the local EC2 does not know the action "+form.Get("Action")+"; it knows DescribeLaunchTemplateVersions")
	default:
		s.describe(w, c, form)
	}
}

func (s *Server) describe(w http.ResponseWriter, c wire.Caller, form url.Values) {
	for name := range form {
		switch name {
		case "Action", "Version", "LaunchTemplateId", "LaunchTemplateVersion.1":
		default:
			refuse(w, http.StatusBadRequest, "UnknownParameter", "the local EC2 does not know the parameter "+name)
			return
		}
	}
	id := form.Get("LaunchTemplateId")
	s.mu.Lock()
	types, found := s.templates[key{c.Region, id}]
	s.mu.Unlock()
	switch {
	case !validID.MatchString(id):
		refuse(w, http.StatusBadRequest, "InvalidLaunchTemplateId.Malformed", "Invalid launch template id "+id)
		return
	case !found:
		refuse(w, http.StatusBadRequest, "InvalidLaunchTemplateId.NotFound", "The specified launch template, with template ID "+id+", does not exist.")
		return
	}
	number, err := strconv.Atoi(form.Get("LaunchTemplateVersion.1"))
	if v := form.Get("LaunchTemplateVersion.1"); v == "$Default" || v == "$Latest" {
		number, err = len(types), nil
	}
	if err != nil || number < 1 || number > len(types) {
		refuse(w, http.StatusBadRequest, "InvalidLaunchTemplateId.VersionNotFound", "Could not find the specified version "+form.Get("LaunchTemplateVersion.1")+" for the launch template with ID "+id+".")
		return
	}
	v := version{ID: id, Number: number, Default: number == len(types)}
	v.Data.InstanceType = types[number-1]
	write(w, http.StatusOK, struct {
		XMLName  xml.Name  `xml:"http://ec2.amazonaws.com/doc/2016-11-15/ DescribeLaunchTemplateVersionsResponse"`
		Request  string    `xml:"requestId"`
		Versions []version `xml:"launchTemplateVersionSet>item"`
	}{Request: "local", Versions: []version{v}})
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	write(w, status, struct {
		XMLName xml.Name `xml:"Response"`
		Code    string   `xml:"Errors>Error>Code"`
		Message string   `xml:"Errors>Error>Message"`
		Request string   `xml:"RequestID"`
	}{Code: code, Message: message, Request: "local"})
}

func write(w http.ResponseWriter, status int, body any) {
	text, err := xml.Marshal(body)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}
