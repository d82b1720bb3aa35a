package lambda

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
)

// runtimeAPI serves all sandboxes on one listener: a sandbox's address has its ID as the path.
func (h *Host) runtimeAPI() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{sandbox}/2018-06-01/runtime/invocation/next", h.withSandbox(h.next))
	mux.HandleFunc("POST /{sandbox}/2018-06-01/runtime/invocation/{request}/response", h.withSandbox(respond))
	mux.HandleFunc("POST /{sandbox}/2018-06-01/runtime/invocation/{request}/error", h.withSandbox(reportError))
	mux.HandleFunc("POST /{sandbox}/2018-06-01/runtime/init/error", h.withSandbox(reportInitError))
	return mux
}

func (h *Host) withSandbox(serve func(http.ResponseWriter, *http.Request, *sandbox)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s := h.sandbox(r.PathValue("sandbox"))
		if s == nil {
			refuse(w, http.StatusForbidden, "InvalidSandbox", "no such sandbox")
			return
		}
		serve(w, r, s)
	}
}

// next ends the work on an invocation and waits for the next one.
func (h *Host) next(w http.ResponseWriter, r *http.Request, s *sandbox) {
	if finished := s.finish(); finished != nil {
		h.rest(s)
		close(finished.finished)
	}
	var inv *invocation
	select {
	case inv = <-s.work:
	case <-r.Context().Done():
		return
	}
	if inv.kill == BeforeHandler {
		s.kill()
		return
	}
	s.begin(inv)
	close(inv.taken)
	deadline := h.config.Now().Add(s.function.Timeout)
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
	header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(deadline.UnixMilli(), 10))
	header.Set("Lambda-Runtime-Invoked-Function-Arn", s.function.invokedARN())
	_, _ = w.Write(inv.payload)
}

func respond(w http.ResponseWriter, r *http.Request, s *sandbox) {
	settle(w, r, s, func(body []byte) Result {
		// A response that breaks off while it is streamed says so in a trailer.
		if r.Trailer.Get("Lambda-Runtime-Function-Error-Type") != "" {
			return Result{Payload: trailerError(r.Trailer), FunctionError: unhandled}
		}
		return Result{Payload: body}
	})
}

func reportError(w http.ResponseWriter, r *http.Request, s *sandbox) {
	settle(w, r, s, func(body []byte) Result { return Result{Payload: body, FunctionError: unhandled} })
}

// settle receives the answer to the current invocation.
func settle(w http.ResponseWriter, r *http.Request, s *sandbox, result func(body []byte) Result) {
	inv := s.working(r.PathValue("request"))
	if inv == nil {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "this sandbox does not work on that request")
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the process died while it answered
	}
	if inv.kill == AfterHandler {
		s.kill()
		return
	}
	inv.give(result(body))
	accept(w)
}

// reportInitError receives the error of a sandbox that failed to start. It answers the invocation that the sandbox was started
// for.
func reportInitError(w http.ResponseWriter, r *http.Request, s *sandbox) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	select {
	case inv := <-s.work:
		inv.give(Result{Payload: body, FunctionError: unhandled})
		accept(w)
	default:
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "this sandbox is initialized")
	}
	s.kill()
}

// give keeps the first answer; a second one is dropped.
func (inv *invocation) give(reply Result) {
	select {
	case inv.reply <- reply:
	default:
	}
}

// trailerError is the error of an interrupted response.
func trailerError(trailer http.Header) []byte {
	if body, err := base64.StdEncoding.DecodeString(trailer.Get("Lambda-Runtime-Function-Error-Body")); err == nil && json.Valid(body) {
		return body
	}
	body, err := json.Marshal(map[string]string{
		"errorType":    trailer.Get("Lambda-Runtime-Function-Error-Type"),
		"errorMessage": "the function failed while it streamed its response",
	})
	if err != nil {
		panic(err) // two strings always marshal
	}
	return body
}

func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`)
}

func refuse(w http.ResponseWriter, status int, errorType, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"errorType": errorType, "errorMessage": message})
}
