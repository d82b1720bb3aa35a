package installcmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
)

// codePrefix starts the keys of the code of all versions.
const codePrefix = deployment.System + "/"

// bucket is the S3 bucket with the code of the functions. Every call names the owner, so that nothing is ever written into another
// account's bucket.
type bucket struct {
	api                   *s3.Client
	name, region, account string
}

// openBucket returns the bucket of a name, or the default one of the account and the region.
func openBucket(cfg aws.Config, account, name string) bucket {
	cfg = cfg.Copy()
	cfg.HTTPClient = awshttp.NewBuildableClient() // an upload takes as long as it takes
	if name == "" {
		name = defaultBucket(account, cfg.Region)
	}
	return bucket{s3.NewFromConfig(cfg), name, cfg.Region, account}
}

func defaultBucket(account, region string) string {
	return deployment.System + "-code-" + account + "-" + region
}

// find reports whether the bucket exists. A bucket of another account or region is an error.
func (b bucket) find(ctx context.Context) (bool, error) {
	_, err := b.api.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &b.name, ExpectedBucketOwner: &b.account})
	switch {
	case err == nil:
		return true, nil
	case awserr.Has(err, "NotFound", "NoSuchBucket"):
		return false, nil
	case awserr.Has(err, "Forbidden", "AccessDenied"):
		return false, frame.NoAccess(fmt.Errorf("bucket %s is not yours: it belongs to another account, or you lack s3:ListBucket on it; use another one with --bucket", b.name))
	case awserr.Has(err, "MovedPermanently", "PermanentRedirect"):
		return false, frame.UsageErr(fmt.Errorf("bucket %s is in another region than the stack (%s): Lambda reads code only from its own region; use another one with --bucket", b.name, b.region))
	}
	return false, fmt.Errorf("looking for bucket %s: %w", b.name, err)
}

// create creates the bucket without public access. S3 encrypts its objects by default.
func (b bucket) create(ctx context.Context) error {
	in := &s3.CreateBucketInput{Bucket: &b.name}
	if b.region != "us-east-1" { // which has no location
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(b.region)}
	}
	_, err := b.api.CreateBucket(ctx, in)
	switch {
	case awserr.Has(err, "BucketAlreadyExists"):
		return frame.Taken(fmt.Errorf("bucket %s belongs to another account; use another one with --bucket", b.name))
	case err != nil && !awserr.Has(err, "BucketAlreadyOwnedByYou"):
		return fmt.Errorf("creating bucket %s: %w", b.name, err)
	}
	_, err = b.api.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
		Bucket: &b.name, ExpectedBucketOwner: &b.account, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
			BlockPublicAcls: aws.Bool(true), IgnorePublicAcls: aws.Bool(true), BlockPublicPolicy: aws.Bool(true), RestrictPublicBuckets: aws.Bool(true),
		},
	})
	if err != nil {
		return fmt.Errorf("blocking public access to bucket %s: %w", b.name, err)
	}
	return nil
}

// checksum returns the checksum of an object; empty if there is none, or if it was uploaded without one.
func (b bucket) checksum(ctx context.Context, key string) (sum string, found bool, err error) {
	out, err := b.api.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: &key, ExpectedBucketOwner: &b.account, ChecksumMode: types.ChecksumModeEnabled})
	switch {
	case awserr.Has(err, "NotFound", "NoSuchKey"):
		return "", false, nil
	case err != nil:
		return "", false, fmt.Errorf("looking for %s in bucket %s: %w", key, b.name, err)
	}
	return aws.ToString(out.ChecksumSHA256), true, nil
}

func (b bucket) put(ctx context.Context, key string, data []byte, sum string) error {
	_, err := b.api.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: &key, ExpectedBucketOwner: &b.account, Body: bytes.NewReader(data), ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ChecksumSHA256: &sum,
	})
	if err != nil {
		return fmt.Errorf("uploading %s to bucket %s: %w", key, b.name, err)
	}
	return nil
}

// remove deletes objects.
func (b bucket) remove(ctx context.Context, keys []string) error {
	const most = 1000 // in a call
	for len(keys) > 0 {
		n := min(len(keys), most)
		in := &s3.DeleteObjectsInput{Bucket: &b.name, ExpectedBucketOwner: &b.account, Delete: &types.Delete{Quiet: aws.Bool(true)}}
		for _, key := range keys[:n] {
			in.Delete.Objects = append(in.Delete.Objects, types.ObjectIdentifier{Key: &key})
		}
		out, err := b.api.DeleteObjects(ctx, in)
		if err == nil && len(out.Errors) > 0 {
			err = errors.New(aws.ToString(out.Errors[0].Message))
		}
		if err != nil {
			return fmt.Errorf("deleting objects of bucket %s: %w", b.name, err)
		}
		keys = keys[n:]
	}
	return nil
}

// codeKey matches what a deployment writes below a prefix. Other objects are not ours, also if their keys begin like ours.
var codeKey = regexp.MustCompile(`^/([a-z-]+\.zip|template-[0-9a-f]{8}\.json|eks-scaling\.template\.json)$`)

// isCode reports whether a key is one of a version's code: below the prefix of the stack, or below the default one of any version.
func isCode(key, stackPrefix string) bool {
	below, ofStack := strings.CutPrefix(key, stackPrefix)
	version, ofSystem := strings.CutPrefix(key, codePrefix)
	slash := strings.LastIndex(version, "/")
	return ofStack && stackPrefix != "" && codeKey.MatchString(below) || ofSystem && slash > 0 && codeKey.MatchString(version[slash:])
}

// keys returns the keys of all code in the bucket.
func (b bucket) keys(ctx context.Context, stackPrefix string) (keys []string, err error) {
	for _, prefix := range []string{codePrefix, stackPrefix} {
		if prefix == "" || prefix != codePrefix && strings.HasPrefix(prefix, codePrefix) {
			continue
		}
		if keys, err = b.below(ctx, keys, prefix, stackPrefix); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// below appends the keys of the code below a prefix.
func (b bucket) below(ctx context.Context, keys []string, prefix, stackPrefix string) ([]string, error) {
	pages := s3.NewListObjectsV2Paginator(b.api, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &prefix, ExpectedBucketOwner: &b.account})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing bucket %s: %w", b.name, err)
		}
		for _, o := range page.Contents {
			if key := aws.ToString(o.Key); isCode(key, stackPrefix) {
				keys = append(keys, key)
			}
		}
	}
	return keys, nil
}

// delete deletes the bucket if it is empty, and reports whether it did.
func (b bucket) delete(ctx context.Context) (bool, error) {
	_, err := b.api.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &b.name, ExpectedBucketOwner: &b.account})
	switch {
	case awserr.Has(err, "BucketNotEmpty"):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("deleting bucket %s: %w", b.name, err)
	}
	return true, nil
}

// templateURL returns the address from which CloudFormation reads an object.
func (b bucket) templateURL(key, suffix string) string {
	return fmt.Sprintf("https://%s.s3.%s.%s/%s", b.name, b.region, suffix, key)
}

// code is the place of a distribution's zips in the bucket.
type code struct {
	prefix  string
	missing []codeZip // that are not there yet
}

// locate finds the place for the zips of a distribution. It never overwrites an object: a stack could be running its code, and Lambda
// does not notice other code under the same key. So other code of the same version gets a prefix of its own.
func (b bucket) locate(ctx context.Context, d distribution, prefix string) (code, error) {
	for _, candidate := range []string{prefix, prefix + "-" + d.fingerprint()} {
		c, differs := code{prefix: candidate}, false
		for _, z := range d.zips {
			sum, found, err := b.checksum(ctx, candidate+"/"+z.name+".zip")
			switch {
			case err != nil:
				return c, err
			case !found:
				c.missing = append(c.missing, z)
			case sum != z.sum64():
				differs = true
			}
		}
		if !differs {
			return c, nil
		}
	}
	return code{}, frame.Taken(fmt.Errorf("bucket %s has other files under %s: use another --prefix", b.name, prefix))
}

// upload uploads the zips that are missing.
func (b bucket) upload(ctx context.Context, out io.Writer, c code) error {
	size := 0
	for _, z := range c.missing {
		if err := b.put(ctx, c.prefix+"/"+z.name+".zip", z.data, z.sum64()); err != nil {
			return err
		}
		size += len(z.data)
	}
	const megabyte = 1e6
	if len(c.missing) > 0 {
		term.Say(out, "Uploaded %s (%.1f MB) to s3://%s/%s\n", english.Count(len(c.missing), "zip"), float64(size)/megabyte, b.name, c.prefix)
	}
	return nil
}
