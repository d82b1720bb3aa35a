package dynamodb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/aws/template"
)

// tableDetails adds to the answers about tables what dynalite does not know: deletion protection, stream and expiry.
type tableDetails struct {
	proxy    *httputil.ReverseProxy
	deployed map[string]tableProperties // by name
}

type tableProperties struct {
	streamARN                 string
	DeletionProtectionEnabled bool
	StreamSpecification       *struct{ StreamViewType string }
	TimeToLiveSpecification   *struct {
		AttributeName string
		Enabled       bool
	}
}

// Describing serves the tables to callers that also look at how they were deployed, which is as these resources say.
func (t *Tables) Describing(resources []template.Resource) (http.Handler, error) {
	d := &tableDetails{proxy: proxyTo(t.url), deployed: map[string]tableProperties{}}
	d.proxy.ModifyResponse = d.describe
	for _, r := range resources {
		properties, err := template.Properties[tableProperties](r)
		if err != nil {
			return nil, err
		}
		properties.streamARN = r.ARN + "/stream/2026-01-01T00:00:00.000"
		d.deployed[r.Name] = properties
	}
	return d, nil
}

func (d *tableDetails) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if operation(r) != "DescribeTimeToLive" {
		d.proxy.ServeHTTP(w, r)
		return
	}
	var in struct{ TableName string }
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &in)
	}
	table, found := d.deployed[in.TableName]
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if err != nil || !found {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "no table %s"}`, in.TableName)
		return
	}
	status := map[string]string{"TimeToLiveStatus": string(types.TimeToLiveStatusDisabled)}
	if ttl := table.TimeToLiveSpecification; ttl != nil && ttl.Enabled {
		status = map[string]string{"TimeToLiveStatus": string(types.TimeToLiveStatusEnabled), "AttributeName": ttl.AttributeName}
	}
	body, _ = json.Marshal(map[string]any{"TimeToLiveDescription": status}) // texts can always be written
	w.Header().Set(checksumHeader, checksum(body))
	_, _ = w.Write(body) // who has gone cannot be told
}

// DynamoDB sends a checksum of every answer, and the SDK complains where there is none.
const checksumHeader = "X-Amz-Crc32"

func checksum(body []byte) string {
	return strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)
}

// describe adds the stream to what DescribeTable answers.
func (d *tableDetails) describe(response *http.Response) error {
	if operation(response.Request) != "DescribeTable" || response.StatusCode != http.StatusOK {
		return nil
	}
	var answer struct{ Table map[string]any }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return err
	}
	name, _ := answer.Table["TableName"].(string)
	table := d.deployed[name]
	answer.Table["DeletionProtectionEnabled"] = table.DeletionProtectionEnabled
	if table.StreamSpecification != nil {
		answer.Table["StreamSpecification"] = map[string]any{"StreamEnabled": true, "StreamViewType": table.StreamSpecification.StreamViewType}
		answer.Table["LatestStreamArn"] = table.streamARN
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	response.Header.Set("Content-Length", strconv.Itoa(len(body)))
	response.Header.Set(checksumHeader, checksum(body))
	return nil
}

func operation(r *http.Request) string {
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return name
}
