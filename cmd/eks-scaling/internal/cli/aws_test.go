package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/inventory"
)

func TestTheFlagsNameTheAccountAndTheRegion(t *testing.T) {
	var authorization string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		authorization = r.Header.Get("Authorization")
		w.WriteHeader(http.StatusBadRequest)
	}))
	t.Cleanup(server.Close)
	clitest.AtServer(t, server.URL)
	t.Setenv("AWS_CONFIG_FILE", clitest.WriteDocument(t, "[profile there]\nregion = eu-west-3\naws_access_key_id = THERE\naws_secret_access_key = s\n"))
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"} {
		if err := os.Unsetenv(name); err != nil { // atServer restores it
			t.Fatal(err)
		}
	}
	clitest.Ask(t, "config", "show", "--profile", "there")
	clitest.Says(t, authorization, "Credential=THERE/", "/eu-west-3/cloudformation/")
	clitest.Ask(t, "override", "list", "--profile", "there", "--region", "us-east-2")
	clitest.Says(t, authorization, "Credential=THERE/", "/us-east-2/cloudformation/")
	t.Setenv("AWS_REGION", "a b")
	clitest.Refuses(t, clitest.Ask(t, "config", "show"), frame.ExitNoAccess, `invalid region "a b": use an AWS region, for example "sa-east-1"; set AWS_REGION`)
}

func TestWithoutCredentials(t *testing.T) {
	t.Parallel()
	refused := &smithy.GenericAPIError{Code: "AccessDenied", Message: "ana may not call sts:AssumeRole"}
	if got, want := frame.WithoutCredentials(refused).Error(), "AWS issued no credentials (ana may not call sts:AssumeRole); log in again, or use another --profile"; got != want {
		t.Errorf("found %s; want %s", got, want)
	}
}

func TestRemediesOfWhatTakesTooLong(t *testing.T) {
	t.Parallel()
	failed := func(cause error) error {
		return fmt.Errorf("reading the settings from table t: %w", &smithy.OperationError{ServiceID: "DynamoDB", OperationName: "GetItem", Err: cause})
	}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{failed(context.DeadlineExceeded), "reading the settings from table t: AWS did not answer in time; check the network"},
		{failed(slow{}), "reading the settings from table t: AWS did not answer in time; check the network"},
		{failed(context.Canceled), "interrupted while reading the settings from table t"},
		{fmt.Errorf("writing: %w", inventory.ErrConflict), "writing: " + inventory.ErrConflict.Error()},
		{failed(&smithy.GenericAPIError{Code: "InternalServerError", Message: "an accident"}), "reading the settings from table t: AWS says InternalServerError: an accident"},
		{failed(&smithy.GenericAPIError{Code: "InternalServerError"}), "reading the settings from table t: AWS says InternalServerError"},
		{fmt.Errorf("here: %w", &smithy.GenericAPIError{Code: "AccessDenied", Message: "no"}), "here: access denied (no); ask for the permission"},
		{
			failed(&account.RefusedError{Role: account.Role{ARN: "arn:aws:iam::210987654321:role/there"}, Err: &smithy.GenericAPIError{Code: "AccessDenied", Message: "no"}}),
			"reading the settings from table t: account 210987654321 does not let you in as role there (no); find out why with: eks-scaling accounts",
		},
		{errors.Unwrap(failed(&smithy.GenericAPIError{Code: "Throttling", Message: "no"})), "AWS throttles the requests (no); try again in a minute"},
		{frame.NotFound(fmt.Errorf("there is none: %w", &smithy.GenericAPIError{Code: "NotFound", Message: "no"})), "there is none: api error NotFound: no"},
		{errors.New("something else"), "something else"},
	} {
		err := frame.WithRemedy(tt.err)
		if !strings.HasPrefix(err.Error(), tt.want) || !errors.Is(err, tt.err) {
			t.Errorf("found %v; want %s, with the cause inside", err, tt.want)
		}
	}
	denied := failed(&smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no PutItem"})
	twice := frame.WithRemedy(fmt.Errorf("%w; written before that: 1 of 2", frame.WithRemedy(denied)))
	if got, want := twice.Error(), "access denied (no PutItem); ask for the permission, or use another --profile; written before that: 1 of 2"; !strings.HasSuffix(got, want) || strings.Count(got, "denied") != 1 {
		t.Errorf("found %s; want it to end with %s, once", got, want)
	}
	if err := frame.WithRemedy(nil); err != nil {
		t.Errorf("found %v; want nothing", err)
	}
}

// slow is an answer that did not come in time.
type slow struct{}

func (slow) Error() string { return "awaiting headers" }

func (slow) Timeout() bool { return true }

func (slow) Temporary() bool { return true }

func TestTheClockOfAWSIsTakenWhenTheOneHereIsWrong(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		there time.Time
		want  time.Time
		note  string
	}{
		"AWS did not tell":   {time.Time{}, clitest.Monday, ""},
		"some seconds apart": {clitest.Monday.Add(5 * time.Second), clitest.Monday, ""},
		"behind": {
			clitest.Monday.Add(time.Hour), clitest.Monday.Add(time.Hour),
			"the local clock is 1h behind AWS; using AWS time: 2026-11-23 13:00 UTC\n",
		},
		"ahead": {
			clitest.Monday.Add(-6 * time.Second), clitest.Monday.Add(-6 * time.Second),
			"the local clock is 6s ahead of AWS; using AWS time: 2026-11-23 11:59 UTC\n",
		},
	} {
		var notes strings.Builder
		if got := frame.ClockOf(clitest.Monday, row.there, &notes); !got.Equal(row.want) || notes.String() != row.note {
			t.Errorf("%s: found %s and the note %q; want %s and %q", name, got, notes.String(), row.want, row.note)
		}
	}
}
