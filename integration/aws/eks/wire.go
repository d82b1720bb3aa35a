package eks

import (
	"net/http"
	"reflect"
	"strings"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// answer writes EKS's answer.
func answer(w http.ResponseWriter, body any) {
	wire.WriteJSON(w, http.StatusOK, plain(reflect.ValueOf(body)))
}

func refuse(w http.ResponseWriter, r *request, f Failure) {
	w.Header().Set("x-amzn-ErrorType", f.Type)
	wire.WriteJSON(w, f.Status, struct {
		Cluster   string `json:"clusterName,omitempty"`
		Nodegroup string `json:"nodegroupName,omitempty"`
		Message   string `json:"message"`
	}{r.call.Cluster, r.call.Nodegroup, f.Message})
}

// plain returns a value of the SDK as EKS writes it in JSON: the names of members begin with a small letter, times are seconds since
// 1970, and members without a value are left out.
func plain(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.Pointer:
		return plain(v.Elem())
	case v.Type() == reflect.TypeFor[time.Time]():
		return v.Interface().(time.Time).Unix()
	case v.Kind() == reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plain(v.Index(i))
		}
		return list
	case v.Kind() == reflect.Struct:
		members := map[string]any{}
		for f, value := range v.Fields() {
			if f.IsExported() && !value.IsZero() {
				members[strings.ToLower(f.Name[:1])+f.Name[1:]] = plain(value)
			}
		}
		return members
	default:
		return v.Interface()
	}
}
