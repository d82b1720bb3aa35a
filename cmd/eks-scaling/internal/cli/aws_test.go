package cli

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
)

// TestErrorsOfAWSSayWhatToDo has each kind of error in one sentence, for verbs that read and those that write.
func TestErrorsOfAWSSayWhatToDo(t *testing.T) {
	answer := ""
	server := httptest.NewServer(clitest.BesideStack(func(w http.ResponseWriter, _ *http.Request) {
		body := []byte(answer)
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	nobody := "http://" + clitest.ClosedPort(t)
	for _, tt := range []struct{ name, url, code, message, want string }{
		{"no table", server.URL, "ResourceNotFoundException", "no table", "the stack's table is gone; deploy the stack again, or name another: --stack, --region"},
		{"no permission", server.URL, "AccessDeniedException", "ana may not call dynamodb:GetItem", "AWS does not allow it (ana may not call dynamodb:GetItem); ask for that permission"},
		{"a session that is over", server.URL, "ExpiredTokenException", "expired", "AWS refuses the credentials (expired); log in again"},
		{"a key that does not exist", server.URL, "UnrecognizedClientException", "invalid token", "AWS refuses the credentials (invalid token); log in again"},
		{"a table of another version", server.URL, "ValidationException", "The provided key element does not match the schema", "the table is not as this version wants it (The provided key element does not match the schema); deploy the stack of the same version"},
		{"nobody there", nobody, "", "", "AWS cannot be reached (dial tcp " + strings.TrimPrefix(nobody, "http://") + ": connect: connection refused); check the network, the region and AWS_ENDPOINT_URL"},
	} {
		answer = fmt.Sprintf(`{"__type": "com.amazonaws.dynamodb.v20120810#%s", "message": %q}`, tt.code, tt.message)
		for _, args := range [][]string{
			{"config", "show"},
			{"config", "export"},
			{"config", "diff", clitest.Rich},
			{"config", "apply", clitest.Rich},
			{"config", "history"},
			{"config", "rollback", "berlin", "1"},
			{"config", "enable"},
			{"override", "list"},
			{"override", "set", "berlin", "--profile", "low", "--for", "1h", "--reason", "r"},
			{"override", "cancel", "o"},
		} {
			t.Run(tt.name+" "+strings.Join(args[:2], " "), func(t *testing.T) {
				clitest.AtServer(t, tt.url)
				a := clitest.Ask(t, args...)
				what := "reading the settings from table eks-scaling-config: "
				if tt.code == "" {
					what = "looking for stack EksScaling: "
				}
				clitest.Refuses(t, a, frame.ExitFailed, what+tt.want)
				if strings.Contains(a.Err.Error(), "operation error") || strings.Contains(a.Err.Error(), "\n") {
					t.Errorf("found %q; want one sentence", a.Err)
				}
			})
		}
	}
}

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
	for _, tt := range []struct {
		name string
		args []string
		exit int
		want string
	}{
		{"no such profile", []string{"--profile", "nobody"}, frame.ExitNotFound, `no profile "nobody" in the AWS configuration; name one of: aws configure list-profiles`},
		{"a region that is none", []string{"--region", "a b"}, frame.ExitUsage, `--region: found "a b"; want a region, such as sa-east-1`},
	} {
		if a := clitest.Ask(t, append([]string{"config", "show"}, tt.args...)...); a.Exit != tt.exit || a.Err.Error() != tt.want {
			t.Errorf("%s: found exit code %d (%v); want %d and %s", tt.name, a.Exit, a.Err, tt.exit, tt.want)
		}
	}
	t.Setenv("AWS_REGION", "a b")
	clitest.Refuses(t, clitest.Ask(t, "config", "show"), frame.ExitFailed, `the AWS region is wrong: found "a b"; want a region, such as sa-east-1; set AWS_REGION`)
}

func TestWithoutCredentials(t *testing.T) {
	clitest.AtServer(t, "http://"+clitest.ClosedPort(t))
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		if err := os.Unsetenv(name); err != nil { // atServer restores it
			t.Fatal(err)
		}
	}
	const want = "no AWS credentials; log in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
	if a := clitest.Ask(t, "config", "show"); a.Exit != frame.ExitFailed || a.Err.Error() != want {
		t.Errorf("found exit code %d (%v); want 1 and %s", a.Exit, a.Err, want)
	}
	refused := &smithy.GenericAPIError{Code: "AccessDenied", Message: "ana may not call sts:AssumeRole"}
	if got, want := frame.WithoutCredentials(refused).Error(), "AWS gives no credentials (ana may not call sts:AssumeRole); log in again, or take another --profile"; got != want {
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
		{fmt.Errorf("here: %w", &smithy.GenericAPIError{Code: "AccessDenied", Message: "no"}), "here: AWS does not allow it (no); ask for that permission"},
		{errors.Unwrap(failed(&smithy.GenericAPIError{Code: "Throttling", Message: "no"})), "AWS is asked too often (no); wait a minute"},
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
	if got, want := twice.Error(), "AWS does not allow it (no PutItem); ask for that permission, or take another --profile; written before that: 1 of 2"; !strings.HasSuffix(got, want) || strings.Count(got, "allow") != 1 {
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
			"the clock here is 1h behind that of AWS, which is taken: 2026-11-23 13:00 UTC\n",
		},
		"ahead": {
			clitest.Monday.Add(-6 * time.Second), clitest.Monday.Add(-6 * time.Second),
			"the clock here is 6s ahead of that of AWS, which is taken: 2026-11-23 11:59 UTC\n",
		},
	} {
		var notes strings.Builder
		if got := frame.ClockOf(clitest.Monday, row.there, &notes); !got.Equal(row.want) || notes.String() != row.note {
			t.Errorf("%s: found %s and the note %q; want %s and %q", name, got, notes.String(), row.want, row.note)
		}
	}
}
