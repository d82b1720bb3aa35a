package world

import (
	"encoding/json"
	"slices"

	"eks-scaling-automation/shared/deployment"
)

// scoped are the functions that know which clusters the stack takes, as the CDK app deploys them; a test of that app names the same.
var scoped = []string{deployment.AuditConfig, "decide", "load-config", "sync-triggers"}

// TakeOwnRegion deploys the stack again with -c region=own: it takes only the clusters of its own region. Hubs that start later do too.
func (w *World) TakeOwnRegion() (err error) {
	w.options.OwnRegion = true
	if w.Template, err = w.readTemplate(nil); err != nil { // the functions' environment
		return err
	}
	return w.Redeploy(w.options.Binaries)
}

// ownRegion returns a template as -c region=own writes it.
func ownRegion(data []byte) ([]byte, error) {
	var t map[string]any
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, err
	}
	outputs, _ := t["Outputs"].(map[string]any)
	outputs[deployment.OutputRegionScope] = map[string]any{"Value": deployment.OwnRegion}
	resources, _ := t["Resources"].(map[string]any)
	for _, r := range resources {
		resource, _ := r.(map[string]any)
		properties, _ := resource["Properties"].(map[string]any)
		name, _ := properties["FunctionName"].(string)
		if resource["Type"] != "AWS::Lambda::Function" || !slices.ContainsFunc(scoped, func(f string) bool { return name == prefix+f }) {
			continue
		}
		environment, _ := properties["Environment"].(map[string]any)
		variables, _ := environment["Variables"].(map[string]any)
		variables[deployment.EnvRegionScope] = deployment.OwnRegion
	}
	return json.Marshal(t)
}
