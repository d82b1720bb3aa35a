package s3_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
	"eks-scaling-automation/integration/aws/s3"
)

const region, account, other = "sa-east-1", "123456789012", "210987654321"

// start serves an S3 whose callers are all of one account.
func start(t *testing.T) (*s3.Server, *awss3.Client) {
	t.Helper()
	server := s3.New(func(string) string { return account }, func() time.Time { return endpointtest.Noon })
	return server, clientIn(t, region, server)
}

func clientIn(t *testing.T, region string, server http.Handler) *awss3.Client {
	t.Helper()
	return awss3.NewFromConfig(endpointtest.At(t, region, "s3", server))
}

func TestAnObjectIsReadAsItWasWritten(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	server, c := start(t)
	_, err := c.CreateBucket(t.Context(), &awss3.CreateBucketInput{
		Bucket: aws.String("code"), CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: region},
	})
	if err != nil {
		t.Fatal(err)
	}
	body := []byte("a zip")
	sum := sha256.Sum256(body)
	sum64 := base64.StdEncoding.EncodeToString(sum[:])
	if _, err := c.PutObject(t.Context(), &awss3.PutObjectInput{
		Bucket: aws.String("code"), Key: aws.String("a/b.zip"), Body: bytes.NewReader(body), ChecksumSHA256: &sum64, ExpectedBucketOwner: aws.String(account),
	}); err != nil {
		t.Fatal(err)
	}
	head, err := c.HeadObject(t.Context(), &awss3.HeadObjectInput{Bucket: aws.String("code"), Key: aws.String("a/b.zip"), ChecksumMode: types.ChecksumModeEnabled})
	if err != nil || aws.ToString(head.ChecksumSHA256) != sum64 || aws.ToInt64(head.ContentLength) != 5 {
		t.Errorf("found %+v, %v; want the checksum %s", head, err, sum64)
	}
	got, err := c.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: aws.String("code"), Key: aws.String("a/b.zip")})
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := io.ReadAll(got.Body); string(text) != "a zip" {
		t.Errorf("found %q", text)
	}
	listed, err := c.ListObjectsV2(t.Context(), &awss3.ListObjectsV2Input{Bucket: aws.String("code"), Prefix: aws.String("a/")})
	if err != nil || len(listed.Contents) != 1 || *listed.Contents[0].Key != "a/b.zip" || *listed.Contents[0].Size != 5 {
		t.Errorf("found %+v, %v", listed, err)
	}
	if data, found := server.Get(region, "code", "a/b.zip"); !found || string(data) != "a zip" {
		t.Errorf("found %q, %t", data, found)
	}
}

func TestABucketIsDeletedWhenItIsEmpty(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	server.Put("code", region, account)
	if _, err := c.PutObject(t.Context(), &awss3.PutObjectInput{Bucket: aws.String("code"), Key: aws.String("k"), Body: strings.NewReader("x")}); err != nil {
		t.Fatal(err)
	}
	_, err := c.DeleteBucket(t.Context(), &awss3.DeleteBucketInput{Bucket: aws.String("code")})
	endpointtest.MustCode(t, "a bucket with an object", err, "BucketNotEmpty")
	if _, err := c.DeleteObjects(t.Context(), &awss3.DeleteObjectsInput{
		Bucket: aws.String("code"), Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: aws.String("k")}}},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DeleteBucket(t.Context(), &awss3.DeleteBucketInput{Bucket: aws.String("code")}); err != nil {
		t.Fatal(err)
	}
	_, err = c.HeadBucket(t.Context(), &awss3.HeadBucketInput{Bucket: aws.String("code")})
	endpointtest.MustCode(t, "a bucket that is gone", err, "NotFound")
}

func TestBucketsThatAreNotYours(t *testing.T) {
	t.Parallel()
	server, c := start(t)
	server.Put("theirs", region, other)
	server.Put("far", "eu-west-1", account)
	server.Put("mine", region, account)
	head := func(name, owner string) error {
		_, err := c.HeadBucket(t.Context(), &awss3.HeadBucketInput{Bucket: &name, ExpectedBucketOwner: &owner})
		return err
	}
	endpointtest.MustCode(t, "the owner is expected", head("mine", account), "")
	endpointtest.MustCode(t, "another owner is expected", head("mine", other), "Forbidden")
	endpointtest.MustCode(t, "another account's bucket", head("theirs", account), "Forbidden")
	endpointtest.MustCode(t, "another region's bucket", head("far", account), "MovedPermanently")
	_, err := c.CreateBucket(t.Context(), &awss3.CreateBucketInput{
		Bucket: aws.String("theirs"), CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: region},
	})
	endpointtest.MustCode(t, "a name that is taken", err, "BucketAlreadyExists")
	_, err = c.CreateBucket(t.Context(), &awss3.CreateBucketInput{Bucket: aws.String("new")})
	endpointtest.MustCode(t, "no location outside of us-east-1", err, "IllegalLocationConstraintException")
	wrong := base64.StdEncoding.EncodeToString(make([]byte, sha256.Size))
	_, err = c.PutObject(t.Context(), &awss3.PutObjectInput{Bucket: aws.String("mine"), Key: aws.String("k"), Body: strings.NewReader("x"), ChecksumSHA256: &wrong})
	endpointtest.MustCode(t, "a checksum that does not match", err, "BadDigest")
}
