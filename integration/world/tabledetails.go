package world

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// tableDetails is DynamoDB with what dynalite does not know of tables, as the template has it: the stream, which the meter
// stands in for, and the expiry, which Expire does.
type tableDetails struct {
	proxy    *httputil.ReverseProxy
	deployed map[string]tableProperties // by name
}

type tableProperties struct {
	TableName                 string
	DeletionProtectionEnabled bool
	StreamSpecification       *struct{ StreamViewType string }
	TimeToLiveSpecification   *struct {
		AttributeName string
		Enabled       bool
	}
}

func (w *World) tableDetails() (http.Handler, error) {
	to, err := url.Parse(w.meter.url)
	if err != nil {
		return nil, err
	}
	d := &tableDetails{proxy: httputil.NewSingleHostReverseProxy(to), deployed: map[string]tableProperties{}}
	d.proxy.ModifyResponse = d.describe
	for _, r := range w.Template.Of("AWS::DynamoDB::Table") {
		if d.deployed[r.Name], err = into[tableProperties](r); err != nil {
			return nil, err
		}
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
		answer.Table["LatestStreamArn"] = fmt.Sprintf("arn:aws:dynamodb:%s:%s:table/%s/stream/2026-01-01T00:00:00.000", Region, Account, name)
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
