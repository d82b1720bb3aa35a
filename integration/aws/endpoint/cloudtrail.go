package endpoint

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/sts"
	"eks-scaling-automation/integration/aws/wire"
)

// Trail fakes the part of CloudTrail that looks up calls of EKS and STS in the caller's account: LookupEvents, by the event's name. AWS
// shows a call up to 15 minutes later; here it appears at once.
type Trail struct {
	EKS func() []eks.Event // all calls, in their order
	STS *sts.Service
}

func (t Trail) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{"LookupEvents": wire.On(t.lookupEvents)}.ServeHTTP(w, r)
}

type lookupEvents struct {
	LookupAttributes []struct{ AttributeKey, AttributeValue string }
	MaxResults       int
	NextToken        string
}

type trailEvent struct {
	EventID                string `json:"EventId"`
	EventName, EventSource string
	EventTime              time.Time
	Username               string
	Resources              []trailResource
	CloudTrailEvent        string // in JSON
}

type trailResource struct{ ResourceType, ResourceName string }

// trailRecord is the part of an event in JSON that tells who called.
type trailRecord struct {
	EventName   string     `json:"eventName"`
	AWSRegion   string     `json:"awsRegion"`
	ErrorCode   string     `json:"errorCode,omitempty"`
	Identity    identity   `json:"userIdentity"`
	Parameters  parameters `json:"requestParameters"`
	RecipientID string     `json:"recipientAccountId"`
}

type identity struct {
	Type      string `json:"type"` // AssumedRole or IAMUser
	ARN       string `json:"arn"`
	AccountID string `json:"accountId"`
	KeyID     string `json:"accessKeyId"`
}

type parameters struct {
	Name        string     `json:"name,omitempty"`
	Nodegroup   string     `json:"nodegroupName,omitempty"`
	RoleARN     string     `json:"roleArn,omitempty"`
	Session     string     `json:"roleSessionName,omitempty"`
	ExternalID  string     `json:"externalId,omitempty"`
	SessionTags []trailTag `json:"tags,omitempty"`
}

type trailTag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// lookupEvents returns the newest event first.
func (t Trail) lookupEvents(c wire.Caller, in lookupEvents) (any, error) {
	if len(in.LookupAttributes) != 1 || in.LookupAttributes[0].AttributeKey != "EventName" {
		return nil, wire.Refuse("InvalidLookupAttributesException", "want one lookup attribute, EventName")
	}
	all := []trailEvent{}
	for i, e := range t.events(t.STS.Identify(c.Principal).Account) {
		if e.record.AWSRegion != c.Region || e.record.EventName != in.LookupAttributes[0].AttributeValue {
			continue
		}
		all = append(all, e.answer(i+1))
	}
	slices.Reverse(all)
	page, next, err := wire.Page(all, wire.Paging{
		Token: in.NextToken, Size: in.MaxResults, Default: 50, Most: 50, BadToken: "InvalidNextTokenException", BadSize: "InvalidMaxResultsException",
	})
	return struct {
		Events    []trailEvent
		NextToken string `json:",omitempty"`
	}{page, next}, err
}

// event is a call in an account's trail.
type event struct {
	at        time.Time
	source    string
	resources []trailResource
	record    trailRecord
}

// events returns the calls in the trail of an account, by time. A call of AssumeRole is in the caller's, and in that of the role.
func (t Trail) events(account string) []event {
	var all []event
	for _, e := range t.EKS() {
		if e.Account == account {
			all = append(all, event{
				e.At, "eks.amazonaws.com",
				[]trailResource{{"AWS::EKS::Cluster", e.Cluster}, {"AWS::EKS::Nodegroup", e.Nodegroup}},
				trailRecord{e.Operation, e.Region, e.ErrorType, identityOf(e.Caller, e.Principal), parameters{Name: e.Cluster, Nodegroup: e.Nodegroup}, account},
			})
		}
	}
	for _, c := range t.STS.Calls() {
		if c.Caller.Account == account || arnOf(c.RoleARN).account == account {
			all = append(all, event{
				c.At, "sts.amazonaws.com",
				[]trailResource{{"AWS::IAM::Role", c.RoleARN}},
				trailRecord{c.Operation, c.Region, c.ErrorType, identityOf(c.Caller, c.Principal), parametersOf(c), account},
			})
		}
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	return all
}

func identityOf(who sts.Identity, accessKeyID string) identity {
	kind := "IAMUser"
	if who.Session != "" {
		kind = "AssumedRole"
	}
	return identity{kind, who.ARN, who.Account, accessKeyID}
}

func parametersOf(c sts.Call) parameters {
	p := parameters{RoleARN: c.RoleARN, Session: c.Session, ExternalID: c.ExternalID}
	for key, value := range c.Tags {
		p.SessionTags = append(p.SessionTags, trailTag{key, value})
	}
	slices.SortFunc(p.SessionTags, func(a, b trailTag) int { return cmp.Compare(a.Key, b.Key) })
	return p
}

func (e event) answer(number int) trailEvent {
	record, _ := json.Marshal(e.record) // of strings
	return trailEvent{
		EventID: fmt.Sprintf("event-%d", number), EventName: e.record.EventName, EventSource: e.source, EventTime: e.at,
		Username: e.record.Identity.ARN[strings.LastIndex(e.record.Identity.ARN, "/")+1:], Resources: e.resources, CloudTrailEvent: string(record),
	}
}
