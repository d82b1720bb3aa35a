package permissions

import (
	"encoding/json"
	"slices"
)

// Document is an IAM policy document as CloudFormation and IAM read it.
type Document struct {
	Version   string
	Statement []DocumentStatement
}

// DocumentStatement is a statement of a document.
type DocumentStatement struct {
	Effect    string
	Action    []string
	Resource  []string
	Condition map[string]map[string]string `json:",omitempty"`
}

// DocumentOf returns the document of some statements.
func DocumentOf(statements []Statement) Document {
	d := Document{Version: "2012-10-17"}
	for _, s := range statements {
		each := DocumentStatement{Effect: "Allow", Action: s.Actions, Resource: slices.Sorted(slices.Values(s.Resources))}
		if s.Equals != nil {
			each.Condition = map[string]map[string]string{"StringEquals": s.Equals}
		}
		d.Statement = append(d.Statement, each)
	}
	return d
}

// JSON returns the document as text.
func (d Document) JSON() string {
	text, _ := json.Marshal(d) // only texts
	return string(text)
}
