;;; test.el --- Emacs and Eglot with the real server  -*- lexical-binding: t; -*-

;; Run by editors/tests/others.sh: `emacs -q --batch -L editors/emacs -l editors/emacs/test.el', with DANAIDE_BIN's folder on the path
;; and SCRATCH set.

;;; Code:

(require 'dana)
(require 'eglot)
(require 'flymake)

(setq eglot-sync-connect 20
      eglot-connect-timeout 20
      eglot-autoshutdown t
      enable-local-variables nil)

(defun check (what ok)
  "Say whether WHAT holds, which is OK; end with an error if not."
  (message "%s  %s" (if ok "ok    " "FAILED") what)
  (unless ok (kill-emacs 1)))

(defun wait-for (what test)
  "Wait until TEST gives true, which is WHAT."
  (let ((end (+ (float-time) 20)))
    (while (and (not (funcall test)) (< (float-time) end))
      (accept-process-output nil 0.05))
    (check what (funcall test))))

(defun messages ()
  "What Flymake shows in the buffer."
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(find-file (expand-file-name "emacs/program.na" (getenv "SCRATCH")))
(insert "def area(width: int)\n    return width * 2\n\nprint(area(3))\n")
(save-buffer)
(check "files have the mode" (eq major-mode 'dana-mode))
(apply #'eglot--connect (eglot--guess-contact))
(check "the server runs" (eglot-current-server))
(flymake-mode 1)
(flymake-start)
(wait-for "a diagnostic" (lambda () (seq-some (lambda (it) (string-match-p "expected `:`" it)) (messages))))
(goto-char (point-min))
(end-of-line)
(insert ":")
(eglot--signal-textDocument/didChange)
(wait-for "goes when it is mended" (lambda () (flymake-start) (null (messages))))
(goto-char (point-min))
(search-forward "print(ar")
(let ((hover (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
  (check "hover" (string-match-p "area(width: int)" (format "%s" hover))))
(goto-char (point-min))
(search-forward "area")
(eglot-rename "surface")
(check "rename" (string-match-p "print(surface(3))" (buffer-string)))
(font-lock-ensure)
(goto-char (point-min))
(check "colours" (eq (get-text-property (point) 'face) 'font-lock-keyword-face))
(set-buffer-modified-p nil)
(kill-emacs 0)

;;; test.el ends here
