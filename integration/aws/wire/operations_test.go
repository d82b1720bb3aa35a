package wire_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/wire"
)

func TestOperationsRefuseUnknownInputAndCallers(t *testing.T) {
	t.Parallel()
	operations := wire.Operations{"Done": nil, "Other": nil}
	for _, row := range []struct {
		protocol wire.Protocol
		want     string
	}{{wire.JSON, "UnknownOperationException"}, {wire.Query, "InvalidAction"}} {
		w := httptest.NewRecorder()
		operations.ServeHTTP(w, request(row.protocol, "Action=Do"))
		body := strings.ReplaceAll(w.Body.String(), "&#34;", `\"`)
		if w.Code != 400 || !strings.Contains(body, row.want) || !strings.Contains(body, `does not know the operation \"Do\"; it knows Done, Other`) {
			t.Errorf("found %d %s; want %s and what is known", w.Code, w.Body, row.want)
		}
	}
	unsigned := request(wire.JSON, "{}")
	unsigned.Header.Del("Authorization")
	w := httptest.NewRecorder()
	operations.ServeHTTP(w, unsigned)
	if w.Code != http.StatusForbidden || w.Header().Get("X-Amzn-ErrorType") != "MissingAuthenticationToken" {
		t.Errorf("found %d %s; want 403 and MissingAuthenticationToken", w.Code, w.Body)
	}
}

func TestFaultsAreUsedUpInOrder(t *testing.T) {
	t.Parallel()
	var faults wire.Faults[string]
	long := func(call string) bool { return len(call) > 3 }
	faults.Fail(1, wire.Refuse("First", ""), long)
	faults.Fail(2, wire.Refuse("Second", ""), func(string) bool { return true })
	faults.LoseReply(1, long)
	var got []string
	for _, call := range []string{"get", "delete", "delete", "delete", "get"} {
		kind := "fine"
		if f := faults.Failure(call); f != nil {
			kind = f.Type
		}
		got = append(got, call+" "+kind+" "+strconv.FormatBool(faults.Lost(call)))
	}
	want := []string{"get Second false", "delete First true", "delete Second false", "delete fine false", "get fine false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}
