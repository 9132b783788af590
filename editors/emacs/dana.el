;;; dana.el --- Dana programs in Emacs, with Eglot  -*- lexical-binding: t; -*-

;; For Emacs 28 or later with Eglot.  Put this file into a folder of `load-path':
;;
;;     (require 'dana)
;;
;; Files that end in .na open in `dana-mode'; `M-x eglot' starts the server, and this does it by itself:
;;
;;     (add-hook 'dana-mode-hook #'eglot-ensure)

;;; Code:

(require 'python)

(defvar dana-font-lock-keywords
  `((,(rx line-start (* space) (group "@" (+ (any "a-zA-Z0-9_.")))) 1 font-lock-preprocessor-face)
    (,(rx symbol-start
          (group (or "and" "as" "assert" "break" "catch" "continue" "def" "del" "deliver" "elif" "else" "except" "export"
                     "finally" "for" "from" "global" "if" "import" "in" "is" "lambda" "nonlocal" "not" "or" "pass" "raise"
                     "return" "sync" "try" "while" "with"))
          symbol-end)
     1 font-lock-keyword-face)
    (,(rx line-start (* space)
          (group (or "struct" "resource" "interface" "agent_blueprint" "agent" "workflow"))
          (+ space) (group (+ (or (syntax word) "_"))))
     (1 font-lock-keyword-face) (2 font-lock-type-face))
    (,(rx symbol-start "def" (+ space) (? "(" (* (not (any ")"))) ")" (* space)) (group (+ (or (syntax word) "_"))))
     1 font-lock-function-name-face)
    (,(rx symbol-start (group (or "private" "public" "system" "local")) ":" (any "a-zA-Z_")) 1 font-lock-builtin-face)
    (,(rx symbol-start (or "True" "true" "TRUE" "False" "false" "FALSE" "None" "none" "NONE" "null" "NULL") symbol-end)
     . font-lock-constant-face))
  "What `dana-mode' colours.")

;;;###autoload
(define-derived-mode dana-mode prog-mode "Dana"
  "Major mode for Dana programs."
  :syntax-table python-mode-syntax-table
  (setq-local comment-start "# "
              comment-start-skip "#+\\s-*"
              indent-tabs-mode nil
              tab-width 8
              python-indent-offset 4
              indent-line-function #'python-indent-line-function
              font-lock-defaults '(dana-font-lock-keywords)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.na\\'" . dana-mode))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(dana-mode "danaide" "lsp")))

(provide 'dana)
;;; dana.el ends here
