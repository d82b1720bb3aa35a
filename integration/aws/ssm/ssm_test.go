package ssm_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
	"eks-scaling-automation/integration/aws/ssm"
	"eks-scaling-automation/integration/aws/wire"
)

const (
	region = endpointtest.Region
	freeze = "arn:aws:ssm:sa-east-1:123456789012:document/freeze"
	launch = "arn:aws:ssm:sa-east-1:123456789012:document/launch"
)

func server(t *testing.T) *ssm.Server {
	t.Helper()
	s := ssm.New(endpointtest.Account, func() time.Time { return endpointtest.Noon })
	for range 2 {
		s.Put(ssm.Parameter{Region: region, Name: "/scaling/event", Type: "String", Value: "launch", Modified: endpointtest.Noon})
	}
	s.Put(ssm.Parameter{Region: region, Name: "plain", Type: "String", Value: "7", Modified: endpointtest.Noon})
	s.Put(ssm.Parameter{Region: region, Name: "/secret", Type: "SecureString", Value: "hush", Modified: endpointtest.Noon})
	for arn, state := range map[string]string{freeze: ssm.Closed, launch: ssm.Open} {
		if err := s.SetCalendar(arn, state); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestGetParameter(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, region, body, want, code string
	}{
		{"by its name", region, `{"Name":"/scaling/event"}`, "launch", ""},
		{"by its ARN", region, `{"Name":"arn:aws:ssm:sa-east-1:123456789012:parameter/scaling/event"}`, "launch", ""},
		{"a name without a slash", region, `{"Name":"plain","WithDecryption":true}`, "7", ""},
		{"an encrypted one stays encrypted", region, `{"Name":"/secret"}`, "AQICAHencrypted", ""},
		{"decryption needs a permission on the key", region, `{"Name":"/secret","WithDecryption":true}`, "", "AccessDeniedException"},
		{"none of this name", region, `{"Name":"/scaling/other"}`, "", "ParameterNotFound"},
		{"another region", "us-east-1", `{"Name":"/scaling/event"}`, "", "ParameterNotFound"},
		{"no name", region, `{}`, "", "ValidationException"},
		{"a version, which is not known here", region, `{"Name":"/scaling/event:1"}`, "", "ValidationException"},
		{"a member that is not known here", region, `{"Names":["a"]}`, "", "SerializationException"},
	} {
		answer := endpointtest.Post(t, endpointtest.At(t, row.region, "AmazonSSM", server(t)), "AmazonSSM", "GetParameter", row.body)
		if code, _ := answer["__type"].(string); code != row.code {
			t.Errorf("%s: found %v; want the error %q", row.name, answer, row.code)
			continue
		}
		parameter, _ := answer["Parameter"].(map[string]any)
		if value, _ := parameter["Value"].(string); value != row.want {
			t.Errorf("%s: found %v; want the value %q", row.name, answer, row.want)
		}
		if row.name == "by its name" && (parameter["Version"] != 2.0 || parameter["Type"] != "String" ||
			parameter["ARN"] != "arn:aws:ssm:sa-east-1:123456789012:parameter/scaling/event") {
			t.Errorf("found %v; want version 2 of a string", parameter)
		}
	}
}

func TestPutParameter(t *testing.T) {
	t.Parallel()
	s := server(t)
	c := endpointtest.At(t, region, "AmazonSSM", s)
	for _, row := range []struct{ name, body, code, want string }{
		{"a new one", `{"Name":"/scaling/new","Value":"7","Type":"String"}`, "", "7"},
		{"a new one without a type", `{"Name":"/scaling/other","Value":"7"}`, "ValidationException", ""},
		{"one that exists", `{"Name":"/scaling/event","Value":"none","Type":"String"}`, "ParameterAlreadyExists", "launch"},
		{"one that exists, with overwrite", `{"Name":"/scaling/event","Value":"none","Overwrite":true}`, "", "none"},
		{"another type", `{"Name":"/scaling/event","Value":"a,b","Type":"StringList","Overwrite":true}`, "ValidationException", "none"},
		{"no value", `{"Name":"/scaling/event","Overwrite":true}`, "ValidationException", "none"},
		{"no name", `{"Value":"7","Type":"String"}`, "ValidationException", ""},
		{"a member that is not known here", `{"Name":"/scaling/event","Value":"7","Tier":"Advanced"}`, "SerializationException", "none"},
	} {
		answer := endpointtest.Post(t, c, "AmazonSSM", "PutParameter", row.body)
		if code, _ := answer["__type"].(string); code != row.code {
			t.Errorf("%s: found %v; want the error %q", row.name, answer, row.code)
		}
		var asked struct{ Name string }
		if err := json.Unmarshal([]byte(row.body), &asked); err != nil {
			t.Fatal(err)
		}
		parameter, _ := endpointtest.Post(t, c, "AmazonSSM", "GetParameter", `{"Name":"`+asked.Name+`"}`)["Parameter"].(map[string]any)
		if value, _ := parameter["Value"].(string); value != row.want {
			t.Errorf("%s: the value is %q; want %q", row.name, value, row.want)
		}
	}
}

func TestGetCalendarState(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, region, body, want, code string }{
		{"a closed one", region, `{"CalendarNames":["` + freeze + `"]}`, "CLOSED", ""},
		{"an open one", region, `{"CalendarNames":["` + launch + `"]}`, "OPEN", ""},
		{"by its name", region, `{"CalendarNames":["freeze"]}`, "CLOSED", ""},
		{"one of them is closed", region, `{"CalendarNames":["` + launch + `","` + freeze + `"]}`, "CLOSED", ""},
		{"none of this name", region, `{"CalendarNames":["` + freeze + `s"]}`, "", "InvalidDocument"},
		{"another region", "us-east-1", `{"CalendarNames":["` + freeze + `"]}`, "", "InvalidDocument"},
		{"no calendar", region, `{"CalendarNames":[]}`, "", "ValidationException"},
		{"another time, which is not known here", region, `{"CalendarNames":["` + freeze + `"],"AtTime":"2026-03-10T12:00:00Z"}`, "", "SerializationException"},
	} {
		answer := endpointtest.Post(t, endpointtest.At(t, row.region, "AmazonSSM", server(t)), "AmazonSSM", "GetCalendarState", row.body)
		code, _ := answer["__type"].(string)
		state, _ := answer["State"].(string)
		if code != row.code || state != row.want {
			t.Errorf("%s: found %v; want %s%s", row.name, answer, row.want, row.code)
		}
		if code == "" && answer["AtTime"] != "2026-03-10T12:00:00Z" {
			t.Errorf("%s: found the time %v", row.name, answer["AtTime"])
		}
	}
}

func TestAuthorizeIsAskedAboutTheResource(t *testing.T) {
	t.Parallel()
	s := server(t)
	var asked []string
	s.SetAuthorize(func(c wire.Caller, action, resource string) error {
		asked = append(asked, c.Principal+" "+action+" "+resource)
		return errors.New("not authorized")
	})
	c := endpointtest.At(t, region, "AmazonSSM", s)
	for operation, body := range map[string]string{
		"GetParameter": `{"Name":"/scaling/event"}`, "GetCalendarState": `{"CalendarNames":["` + launch + `"]}`,
	} {
		if answer := endpointtest.Post(t, c, "AmazonSSM", operation, body); answer["__type"] != "AccessDeniedException" {
			t.Errorf("%s: found %v; want it denied", operation, answer)
		}
	}
	endpointtest.Same(t, "questions", map[string]bool{
		"somebody ssm:GetParameter arn:aws:ssm:sa-east-1:123456789012:parameter/scaling/event": true,
		"somebody ssm:GetCalendarState " + launch:                                              true,
	}, map[string]bool{asked[0]: true, asked[1]: true})
}

func TestCalendarsHaveAnARNAndOneOfTwoStates(t *testing.T) {
	t.Parallel()
	for arn, state := range map[string]string{freeze: "closed", "freeze": ssm.Open, freeze + "/x": ssm.Open} {
		if server(t).SetCalendar(arn, state) == nil {
			t.Errorf("%s %s: found no error", arn, state)
		}
	}
}
