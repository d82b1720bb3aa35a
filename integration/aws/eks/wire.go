package eks

import (
	"net/http"
	"strconv"

	"eks-scaling-automation/integration/aws/wire"
)

const account = "123456789012"

type (
	clusterList struct {
		Clusters  []string `json:"clusters"`
		NextToken *string  `json:"nextToken"`
	}
	nodegroupList struct {
		Nodegroups []string `json:"nodegroups"`
		NextToken  *string  `json:"nextToken"`
	}
	clusterAnswer struct {
		Cluster wireCluster `json:"cluster"`
	}
	nodegroupAnswer struct {
		Nodegroup wireNodegroup `json:"nodegroup"`
	}
	updateList struct {
		UpdateIDs []string `json:"updateIds"`
		NextToken *string  `json:"nextToken"`
	}
	updateAnswer struct {
		Update wireUpdate `json:"update"`
	}
)

type wireCluster struct {
	Name      string            `json:"name"`
	ARN       string            `json:"arn"`
	Status    string            `json:"status"`
	Version   string            `json:"version"`
	CreatedAt int64             `json:"createdAt"`
	Tags      map[string]string `json:"tags"`
}

type wireNodegroup struct {
	Name          string            `json:"nodegroupName"`
	ARN           string            `json:"nodegroupArn"`
	Cluster       string            `json:"clusterName"`
	Status        string            `json:"status"`
	CapacityType  string            `json:"capacityType"`
	CreatedAt     int64             `json:"createdAt"`
	ModifiedAt    int64             `json:"modifiedAt"`
	ScalingConfig scalingConfig     `json:"scalingConfig"`
	UpdateConfig  updateConfig      `json:"updateConfig"`
	Resources     wireResources     `json:"resources"`
	Health        wireHealth        `json:"health"`
	Tags          map[string]string `json:"tags"`
}

type wireResources struct {
	AutoScalingGroups []wireName `json:"autoScalingGroups"`
}

type wireName struct {
	Name string `json:"name"`
}

type wireHealth struct {
	Issues []wireIssue `json:"issues"`
}

type wireIssue struct {
	Code        string   `json:"code"`
	Message     string   `json:"message"`
	ResourceIDs []string `json:"resourceIds"`
}

type wireUpdate struct {
	ID        string            `json:"id"`
	Status    string            `json:"status"`
	Type      string            `json:"type"`
	Params    []wireParam       `json:"params"`
	CreatedAt int64             `json:"createdAt"`
	Errors    []wireUpdateError `json:"errors"`
}

type wireParam struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

type wireUpdateError struct {
	Code        string   `json:"errorCode"`
	Message     string   `json:"errorMessage"`
	ResourceIDs []string `json:"resourceIds"`
}

// updateRequest is what an update asks for.
type updateRequest struct {
	Scaling scalingConfig `json:"scalingConfig"`
	Update  updateConfig  `json:"updateConfig"`
}

// updateConfig is how many nodes a version update may take down at once.
type updateConfig struct {
	MaxUnavailable *int32 `json:"maxUnavailable,omitempty"`
}

// scalingConfig is sizes of which any may be left out.
type scalingConfig struct {
	Min     *int32 `json:"minSize"`
	Max     *int32 `json:"maxSize"`
	Desired *int32 `json:"desiredSize"`
}

// over is the sizes that result where the config is laid over stored ones.
func (c *scalingConfig) over(stored Sizes) Sizes {
	for _, part := range []struct {
		sent *int32
		size *int32
	}{{c.Min, &stored.Min}, {c.Max, &stored.Max}, {c.Desired, &stored.Desired}} {
		if part.sent != nil {
			*part.size = *part.sent
		}
	}
	return stored
}

func (c *updateRequest) params() []wireParam {
	params := []wireParam{}
	for _, part := range []struct {
		name string
		sent *int32
	}{
		{"MinSize", c.Scaling.Min},
		{"MaxSize", c.Scaling.Max},
		{"DesiredSize", c.Scaling.Desired},
		{"MaxUnavailable", c.Update.MaxUnavailable},
	} {
		if part.sent != nil {
			params = append(params, wireParam{part.name, strconv.Itoa(int(*part.sent))})
		}
	}
	return params
}

func (p place) arn(resource string) string {
	return "arn:aws:eks:" + p.region + ":" + account + ":" + resource
}

func (g *group) autoScalingGroup() string { return "eks-" + g.cluster + "-" + g.name }

func (c *cluster) wire() wireCluster {
	return wireCluster{
		Name: c.cluster, ARN: c.arn("cluster/" + c.cluster), Status: "ACTIVE", Version: "1.33", CreatedAt: c.created, Tags: map[string]string{},
	}
}

func (g *group) wire() wireNodegroup {
	sizes, issues := g.sizes, []wireIssue{}
	for _, h := range g.health {
		issues = append(issues, wireIssue{h.Code, h.Message, []string{g.autoScalingGroup()}})
	}
	return wireNodegroup{
		Name: g.name, ARN: g.arn("nodegroup/" + g.cluster + "/" + g.name + "/" + g.id), Cluster: g.cluster, Status: g.status(),
		CapacityType: "ON_DEMAND", CreatedAt: g.created, ModifiedAt: g.modified,
		ScalingConfig: scalingConfig{&sizes.Min, &sizes.Max, &sizes.Desired},
		UpdateConfig:  updateConfig{new(g.maxUnavailable)},
		Resources:     wireResources{[]wireName{{g.autoScalingGroup()}}},
		Health:        wireHealth{issues}, Tags: map[string]string{},
	}
}

func (u *update) wire() wireUpdate {
	errors := []wireUpdateError{}
	if f := u.fate.fails; f != nil && u.status == "Failed" {
		errors = append(errors, wireUpdateError{f.Code, f.Message, []string{}})
	}
	return wireUpdate{u.id, u.status, u.kind, u.config.params(), u.created, errors}
}

// restJSON is how EKS answers.
var restJSON = style{
	accessDenied: "AccessDeniedException",
	answer: func(w http.ResponseWriter, _ string, body any) {
		wire.WriteJSON(w, http.StatusOK, body)
	},
	refuse: func(w http.ResponseWriter, r *request, f Failure) {
		w.Header().Set("x-amzn-ErrorType", f.Type)
		wire.WriteJSON(w, f.Status, struct {
			Cluster   string `json:"clusterName,omitempty"`
			Nodegroup string `json:"nodegroupName,omitempty"`
			Message   string `json:"message"`
		}{r.call.Cluster, r.call.Nodegroup, f.Message})
	},
}
