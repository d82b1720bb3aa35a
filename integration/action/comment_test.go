package action_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// pullRequest is GitHub's API for the comments of a pull request.
type pullRequest struct {
	*httptest.Server
	comments []comment
	denied   bool
}

type comment struct {
	URL  string `json:"url"`
	Body string `json:"body"`
}

// newPullRequest serves a pull request with more comments of people than a page has.
func newPullRequest(t *testing.T) *pullRequest {
	t.Helper()
	p := &pullRequest{}
	mux := http.NewServeMux()
	const path = "/repos/acme/platform/issues/7/comments"
	mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.FormValue("page"))
		size, _ := strconv.Atoi(r.FormValue("per_page"))
		from := min((page-1)*size, len(p.comments))
		_ = json.NewEncoder(w).Encode(p.comments[from:min(from+size, len(p.comments))])
	})
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) { p.save(w, r, len(p.comments)) })
	mux.HandleFunc("PATCH /comments/{number}", func(w http.ResponseWriter, r *http.Request) {
		number, _ := strconv.Atoi(r.PathValue("number"))
		p.save(w, r, number)
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	for i := range 120 {
		p.comments = append(p.comments, comment{URL: p.URL + "/comments/" + strconv.Itoa(i), Body: fmt.Sprintf("remark %d", i)})
	}
	return p
}

func (p *pullRequest) save(w http.ResponseWriter, r *http.Request, number int) {
	var sent comment
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil || p.denied || r.Header.Get("Authorization") != "Bearer hush" {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if number == len(p.comments) {
		p.comments = append(p.comments, comment{})
	}
	p.comments[number] = comment{p.URL + "/comments/" + strconv.Itoa(number), sent.Body}
}

// job is a job for the pull request.
func job(t *testing.T, p *pullRequest) *runner {
	t.Helper()
	return newRunner(t, map[string]string{
		"github.token": "hush", "github.api_url": p.URL, "github.event.pull_request.number": "7", "github.action_ref": "v1.2.3",
		"github.workflow": "checks", "github.job": "scaling",
	})
}

// TestTheActionComments once, and later replaces its comment.
func TestTheActionComments(t *testing.T) {
	t.Parallel()
	p, a, downloads := newPullRequest(t), readAction(t), release(t, false)
	inputs := map[string]string{"token": "hush", "downloads": downloads, "file": "good.yaml\n\nmore.yaml\n"}
	first := job(t, p)
	if failed := first.run(a, inputs); failed != "" || len(p.comments) != 121 {
		t.Fatalf("step %q failed, and there are %d comments; want one more:\n%s", failed, len(p.comments), first.said)
	}
	for _, want := range []string{"EKS Scaling: valid", "good.yaml: valid\nmore.yaml: valid", "the week of more.yaml", "eks-scaling v1.2.3"} {
		if !strings.Contains(p.comments[120].Body, want) || !strings.Contains(first.read("summary"), want) {
			t.Errorf("the comment or the summary lacks %q:\n%s", want, p.comments[120].Body)
		}
	}
	inputs["file"] = "good.yaml\n\nmore.yaml\n"
	inputs["preview"] = "false"
	second := job(t, p)
	if failed := second.run(a, inputs); failed != "" || len(p.comments) != 121 || strings.Contains(p.comments[120].Body, "the week") {
		t.Errorf("step %q failed, and there are %d comments; want the same one, without the week:\n%s", failed, len(p.comments), second.said)
	}
}

// TestAnInvalidConfigurationFailsAfterTheComment, so that the reason is where people look.
func TestAnInvalidConfigurationFailsAfterTheComment(t *testing.T) {
	t.Parallel()
	p := newPullRequest(t)
	r := job(t, p)
	failed := r.run(readAction(t), map[string]string{"token": "hush", "downloads": release(t, false), "file": "bad.yaml"})
	if failed != "Fail if a configuration is invalid" {
		t.Errorf("step %q failed; want the last one:\n%s", failed, r.said)
	}
	if body := p.comments[len(p.comments)-1].Body; !strings.Contains(body, "EKS Scaling: invalid") || !strings.Contains(body, "bad.yaml:1:1: wrong") {
		t.Errorf("found the comment %q", body)
	}
}

// TestADeniedCommentIsAWarning, as pull requests from forks may not write.
func TestADeniedCommentIsAWarning(t *testing.T) {
	t.Parallel()
	p := newPullRequest(t)
	p.denied = true
	r := job(t, p)
	failed := r.run(readAction(t), map[string]string{"token": "hush", "downloads": release(t, false), "file": "good.yaml"})
	if failed != "" || !strings.Contains(r.said, "::warning::The comment could not be written") {
		t.Errorf("step %q failed; want a warning only:\n%s", failed, r.said)
	}
}

func TestALongReportIsCut(t *testing.T) {
	t.Parallel()
	p := newPullRequest(t)
	r := job(t, p)
	r.write("report.md", strings.Repeat("ü\"\n", 40000))
	s := step{Run: `"$GITHUB_ACTION_PATH/.github/action/comment.sh" "$GITHUB_API_URL" acme/platform 7 key report.md`, Env: map[string]string{"TOKEN": "hush"}}
	r.workspace = r.folder
	if failed := r.run(action{Runs: struct {
		Using string
		Steps []step
	}{Steps: []step{s}}}, nil); failed != "" || r.said != "" {
		t.Fatal(r.said)
	}
	if n := len([]rune(p.comments[120].Body)); n > 65536 || !strings.HasSuffix(p.comments[120].Body, "The rest is in the log of the job.") {
		t.Errorf("found a comment of %d characters; GitHub takes 65536", n)
	}
}
