package dynamodb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/integration/aws/wire"
)

// Details adds properties that dynalite lacks to answers about tables: deletion protection, stream, expiry and backups.
type Details struct {
	proxy *httputil.ReverseProxy

	mu       sync.Mutex
	deployed map[string]tableProperties // by name
}

type tableProperties struct {
	streamARN                 string
	DeletionProtectionEnabled bool
	StreamSpecification       *struct{ StreamViewType string }
	TimeToLiveSpecification   *timeToLive
}

type timeToLive struct {
	AttributeName string
	Enabled       bool
}

// Describing serves the tables with the deployed properties of these resources.
func (t *Tables) Describing(resources []template.Resource) (*Details, error) {
	d := &Details{proxy: proxyTo(t.url), deployed: map[string]tableProperties{}}
	d.proxy.ModifyResponse = d.describe
	for _, r := range resources {
		if err := d.Put(r); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Put sets the properties of a table.
func (d *Details) Put(r template.Resource) error {
	properties, err := template.Properties[tableProperties](r)
	properties.streamARN = r.ARN + "/stream/2026-01-01T00:00:00.000"
	d.mu.Lock()
	defer d.mu.Unlock()
	d.deployed[r.Name] = properties
	return err
}

func (d *Details) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	do := map[string]func(tableRequest) (any, error){
		"DescribeTimeToLive": d.describeTimeToLive, "UpdateTimeToLive": d.updateTimeToLive,
		"ListBackups": listBackups, "RestoreTableFromBackup": restoreTableFromBackup, "UpdateTable": d.updateTable,
	}[operation(r)]
	if operation(r) == "DeleteTable" {
		do = d.deletionOf(r)
	}
	if do == nil {
		d.proxy.ServeHTTP(w, r)
		return
	}
	var in tableRequest
	var answer any
	err := json.NewDecoder(r.Body).Decode(&in)
	if err == nil {
		answer, err = do(in)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		refused, isRefusal := errors.AsType[wire.Failure](err)
		if !isRefusal {
			refused = wire.Refuse("SerializationException", err.Error())
		}
		answer = map[string]string{"__type": "com.amazonaws.dynamodb.v20120810#" + refused.Type, "message": refused.Message}
	}
	body, _ := json.Marshal(answer) // strings always encode
	w.Header().Set(checksumHeader, checksum(body))
	_, _ = w.Write(body) // the caller may be gone
}

// tableRequest has the members of all requests that are handled here.
type tableRequest struct {
	TableName               string
	TimeToLiveSpecification timeToLive
	BackupArn               string

	DeletionProtectionEnabled *bool
}

func (d *Details) describeTimeToLive(in tableRequest) (any, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	table, found := d.deployed[in.TableName]
	if !found {
		return nil, wire.Refuse("ResourceNotFoundException", "no table "+in.TableName)
	}
	status := map[string]string{"TimeToLiveStatus": string(types.TimeToLiveStatusDisabled)}
	if ttl := table.TimeToLiveSpecification; ttl != nil && ttl.Enabled {
		status = map[string]string{"TimeToLiveStatus": string(types.TimeToLiveStatusEnabled), "AttributeName": ttl.AttributeName}
	}
	return map[string]any{"TimeToLiveDescription": status}, nil
}

func (d *Details) updateTimeToLive(in tableRequest) (any, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	table, found := d.deployed[in.TableName]
	wanted, current := in.TimeToLiveSpecification, table.TimeToLiveSpecification
	enabled := current != nil && current.Enabled
	switch {
	case !found:
		return nil, wire.Refuse("ResourceNotFoundException", "no table "+in.TableName)
	case wanted.AttributeName == "":
		return nil, wire.Refuse("ValidationException", "TimeToLiveSpecification.AttributeName: required")
	case enabled && wanted.AttributeName != current.AttributeName:
		return nil, wire.Refuse("ValidationException", "TimeToLive is active on a different AttributeName: current AttributeName is "+current.AttributeName)
	case enabled == wanted.Enabled:
		return nil, wire.Refuse("ValidationException", fmt.Sprintf("TimeToLive is already %s", map[bool]string{true: "enabled", false: "disabled"}[enabled]))
	}
	table.TimeToLiveSpecification = &wanted
	d.deployed[in.TableName] = table
	return map[string]any{"TimeToLiveSpecification": wanted}, nil
}

// updateTable takes deletion protection, the only setting that people change here.
func (d *Details) updateTable(in tableRequest) (any, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	table, found := d.deployed[in.TableName]
	switch {
	case !found:
		return nil, wire.Refuse("ResourceNotFoundException", "Requested resource not found: Table: "+in.TableName+" not found")
	case in.DeletionProtectionEnabled == nil:
		return nil, wire.Refuse("ValidationException", "the local UpdateTable takes only DeletionProtectionEnabled")
	}
	table.DeletionProtectionEnabled = *in.DeletionProtectionEnabled
	d.deployed[in.TableName] = table
	return map[string]any{"TableDescription": map[string]any{"TableName": in.TableName, "DeletionProtectionEnabled": *in.DeletionProtectionEnabled}}, nil
}

// deletionOf returns the refusal of a protected table's deletion; nil if the deletion may go on.
func (d *Details) deletionOf(r *http.Request) func(tableRequest) (any, error) {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var in tableRequest
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil || json.Unmarshal(body, &in) != nil || !d.deployed[in.TableName].DeletionProtectionEnabled {
		delete(d.deployed, in.TableName)
		return nil
	}
	return func(tableRequest) (any, error) {
		return nil, wire.Refuse("ValidationException", "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}
}

// listBackups returns an empty list: nothing is backed up here.
func listBackups(tableRequest) (any, error) {
	return map[string]any{"BackupSummaries": []string{}}, nil
}

func restoreTableFromBackup(in tableRequest) (any, error) {
	return nil, wire.Refuse("BackupNotFoundException", "Backup not found: "+in.BackupArn)
}

// DynamoDB sends a checksum of every answer, and the SDK warns if it is missing.
const checksumHeader = "X-Amz-Crc32"

func checksum(body []byte) string {
	return strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)
}

// describe adds the stream to what DescribeTable answers.
func (d *Details) describe(response *http.Response) error {
	if operation(response.Request) != "DescribeTable" || response.StatusCode != http.StatusOK {
		return nil
	}
	var answer struct{ Table map[string]any }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return err
	}
	name, _ := answer.Table["TableName"].(string)
	d.mu.Lock()
	table := d.deployed[name]
	d.mu.Unlock()
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
