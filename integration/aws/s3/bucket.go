package s3

import (
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strings"

	"eks-scaling-automation/integration/aws/wire"
)

// usEast1 is the region that CreateBucket takes without a location.
const usEast1 = "us-east-1"

func (s *Server) createBucket(w http.ResponseWriter, c call) error {
	var in struct{ LocationConstraint string }
	if err := readXML(c, &in); err != nil {
		return err
	}
	owner := s.accountOf(c.Principal)
	b := s.buckets[c.bucket]
	switch {
	case b != nil && b.owner == owner:
		return wire.NewFailure(http.StatusConflict, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.")
	case b != nil:
		return wire.NewFailure(http.StatusConflict, "BucketAlreadyExists", "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.")
	case c.Region == usEast1 && in.LocationConstraint == usEast1:
		return wire.Refuse("InvalidLocationConstraint", "The specified location-constraint is not valid")
	case c.Region != usEast1 && in.LocationConstraint != c.Region:
		return wire.Refuse("IllegalLocationConstraintException", "The location constraint is incompatible for the region specific endpoint this request was sent to.")
	}
	s.buckets[c.bucket] = &bucket{region: c.Region, owner: owner, objects: map[string]object{}}
	w.WriteHeader(http.StatusOK)
	return nil
}

func (s *Server) headBucket(w http.ResponseWriter, c call) error {
	if b := s.buckets[c.bucket]; b != nil {
		w.Header().Set("X-Amz-Bucket-Region", b.region) // S3 tells everyone
	}
	_, err := s.find(c)
	return err
}

func (s *Server) deleteBucket(w http.ResponseWriter, c call) error {
	b, err := s.find(c)
	switch {
	case err != nil:
		return err
	case len(b.objects) > 0:
		return wire.NewFailure(http.StatusConflict, "BucketNotEmpty", "The bucket you tried to delete is not empty")
	}
	delete(s.buckets, c.bucket)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// blockPublicAccess accepts only the complete block: anything less is a mistake here.
func (s *Server) blockPublicAccess(_ http.ResponseWriter, c call) error {
	var in struct{ BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets bool }
	err := readXML(c, &in)
	b, missing := s.find(c)
	switch {
	case err != nil:
		return err
	case missing != nil:
		return missing
	case !in.BlockPublicAcls || !in.IgnorePublicAcls || !in.BlockPublicPolicy || !in.RestrictPublicBuckets:
		return wire.Refuse("MalformedXML", "the local S3 wants all public access to be blocked")
	}
	b.blocked = true
	return nil
}

// maxKeys limits the keys of a page.
const maxKeys = 1000

func (s *Server) listObjects(w http.ResponseWriter, c call) error {
	b, err := s.find(c)
	if err != nil {
		return err
	}
	query := c.http.URL.Query()
	page, next, err := wire.Page(b.keys(query.Get("prefix")), wire.Paging{
		Token: query.Get("continuation-token"), Default: maxKeys, Most: maxKeys, BadToken: "InvalidArgument",
	})
	type content struct {
		Key  string
		Size int
	}
	answer := struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		Name                  string
		KeyCount              int
		IsTruncated           bool
		NextContinuationToken string `xml:",omitempty"`
		Contents              []content
	}{Name: c.bucket, KeyCount: len(page), IsTruncated: next != "", NextContinuationToken: next}
	for _, key := range page {
		answer.Contents = append(answer.Contents, content{key, len(b.objects[key].data)})
	}
	if err != nil {
		return err
	}
	return writeXML(w, answer)
}

func (b *bucket) keys(prefix string) []string {
	keys := slices.Sorted(maps.Keys(b.objects))
	return slices.DeleteFunc(keys, func(key string) bool { return !strings.HasPrefix(key, prefix) })
}

func (s *Server) deleteObjects(w http.ResponseWriter, c call) error {
	var in struct {
		Object []struct{ Key string }
		Quiet  bool
	}
	err := readXML(c, &in)
	b, missing := s.find(c)
	switch {
	case err != nil:
		return err
	case missing != nil:
		return missing
	case len(in.Object) == 0 || len(in.Object) > maxKeys:
		return wire.Refuse("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
	}
	for _, each := range in.Object {
		delete(b.objects, each.Key)
	}
	return writeXML(w, struct {
		XMLName xml.Name `xml:"DeleteResult"`
	}{})
}

func readXML(c call, into any) error {
	if len(c.Body) == 0 {
		return nil
	}
	if err := xml.Unmarshal(c.Body, into); err != nil {
		return wire.Refuse("MalformedXML", err.Error())
	}
	return nil
}

func writeXML(w http.ResponseWriter, answer any) error {
	text, err := xml.Marshal(answer)
	if err == nil {
		w.Header().Set("Content-Type", "application/xml")
		_, _ = w.Write(text) // the caller may be gone
	}
	return err
}
