" Colours for Dana programs until the server knows better.
if exists("b:current_syntax")
  finish
endif

syntax keyword danaStatement break continue pass return deliver raise assert del global nonlocal with as
syntax keyword danaConditional if elif else
syntax keyword danaRepeat for while in
syntax keyword danaException try except catch finally
syntax keyword danaOperator and or not is lambda
syntax keyword danaInclude import from export use
syntax keyword danaConstant True true TRUE False false FALSE None none NONE null NULL
syntax match danaPipe "|" display
syntax match danaPlaceholder "\$\$" display

" Soft keywords are keywords only where a definition starts.
syntax match danaDefine "^\s*\%(sync\s\+\)\?def\>" display
syntax match danaStructure "^\s*\%(struct\|resource\|interface\|agent_blueprint\|agent\|workflow\)\ze\s\+\h" display
syntax match danaFunction "\%(\<def\s\+\|\<def\s*([^)]*)\s*\)\@<=\h\w*" display
syntax match danaScope "\<\%(private\|public\|system\|local\):\ze\h" display
syntax match danaDecorator "^\s*@\s*\h[0-9A-Za-z_.]*" display

syntax match danaNumber "\<0[xX][0-9a-fA-F_]\+\>" display
syntax match danaNumber "\<0[oO][0-7_]\+\>" display
syntax match danaNumber "\<0[bB][01_]\+\>" display
syntax match danaNumber "\<\d[0-9_]*\%(\.[0-9_]*\)\?\%([eE][-+]\?\d[0-9_]*\)\?" display

syntax match danaEscape "\\." contained display
syntax region danaField matchgroup=danaFieldBrace start="{" end="}" contained contains=danaField,danaNumber,danaConstant,danaOperator
syntax match danaBrace "{{\|}}" contained display
syntax region danaString start=+\<[rRbB]\?'+ skip=+\\.+ end=+'+ contains=danaEscape
syntax region danaString start=+\<[rRbB]\?"+ skip=+\\.+ end=+"+ contains=danaEscape
syntax region danaString start=+'+ skip=+\\.+ end=+'+ contains=danaEscape
syntax region danaString start=+"+ skip=+\\.+ end=+"+ contains=danaEscape
syntax region danaString start=+[rRbB]\?'''+ skip=+\\.+ end=+'''+ contains=danaEscape
syntax region danaString start=+[rRbB]\?"""+ skip=+\\.+ end=+"""+ contains=danaEscape
syntax region danaString start=+\<[rR]\?[fF][rR]\?'+ skip=+\\.+ end=+'+ contains=danaEscape,danaBrace,danaField
syntax region danaString start=+\<[rR]\?[fF][rR]\?"+ skip=+\\.+ end=+"+ contains=danaEscape,danaBrace,danaField
syntax region danaString start=+\<[rR]\?[fF][rR]\?'''+ skip=+\\.+ end=+'''+ contains=danaEscape,danaBrace,danaField
syntax region danaString start=+\<[rR]\?[fF][rR]\?"""+ skip=+\\.+ end=+"""+ contains=danaEscape,danaBrace,danaField
syntax match danaComment "#.*$" contains=@Spell display

highlight default link danaStatement Statement
highlight default link danaConditional Conditional
highlight default link danaRepeat Repeat
highlight default link danaException Exception
highlight default link danaOperator Operator
highlight default link danaPipe Operator
highlight default link danaInclude Include
highlight default link danaConstant Constant
highlight default link danaPlaceholder Special
highlight default link danaDefine Keyword
highlight default link danaStructure Structure
highlight default link danaFunction Function
highlight default link danaScope StorageClass
highlight default link danaDecorator PreProc
highlight default link danaNumber Number
highlight default link danaEscape SpecialChar
highlight default link danaBrace SpecialChar
highlight default link danaFieldBrace Special
highlight default link danaString String
highlight default link danaComment Comment

syntax sync minlines=200
let b:current_syntax = "dana"
