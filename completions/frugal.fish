# fish completion for frugal
# Made by frugal --generate fish from its table of options: edit that.

set -g __frugal_commands compare explain cache

function __frugal_runs
    set -l words (commandline -opc)
    set -l first
    contains -- "$words[2]" $__frugal_commands; and set first $words[2]
    test "$first" = "$argv[1]"
end

complete -c frugal -n 'test (count (commandline -opc)) -eq 1' -a compare -d 'tell how much a picture looks like its reference'
complete -c frugal -n 'test (count (commandline -opc)) -eq 1' -a explain -d 'show what frugal sees in a picture, and why it decides as it does'
complete -c frugal -n 'test (count (commandline -opc)) -eq 1' -a cache -d 'look after the cache: stats, verify, prune or clear'

complete -c frugal -n '__frugal_runs' -l files-from -r -F -d 'read names of files from FILE, one a line; - is standard input'
complete -c frugal -n '__frugal_runs' -s 0 -l null -d 'names in --files-from end in a NUL byte, not in a newline'
complete -c frugal -n '__frugal_runs' -l include -x -d 'take only files in directories that match GLOB; may be repeated'
complete -c frugal -n '__frugal_runs' -l exclude -x -d 'leave out files and directories that match GLOB; may be repeated'
complete -c frugal -n '__frugal_runs' -l max-depth -x -d 'go down at most N levels; 1 takes only files right in a named directory'
complete -c frugal -n '__frugal_runs' -l follow -d 'follow symbolic links, but never out of the tree they are in'
complete -c frugal -n '__frugal_runs' -s o -l output -r -F -d 'write below DIR, or to a file for a single input; - is standard output'
complete -c frugal -n '__frugal_runs' -l in-place -d 'replace the originals themselves, and only by something smaller'
complete -c frugal -n '__frugal_runs' -l template -x -d 'build output names from {dir}, {stem}, {name}, {ext}, {width}, {height}'
complete -c frugal -n '__frugal_runs' -l suffix -x -d 'add TEXT to the stem of each output: .min makes photo.min.jpg'
complete -c frugal -n '__frugal_runs' -l overwrite -x -a 'never changed always' -d 'replace existing outputs'
complete -c frugal -n '__frugal_runs' -s f -l format -x -a '(__fish_complete_list , \'string split " " "keep auto jpeg png webp avif heic"\')' -d 'write these formats'
complete -c frugal -n '__frugal_runs' -s e -l effort -x -d 'spend more time on smaller files, from 1 (fast) to 9 (small)'
complete -c frugal -n '__frugal_runs' -l lossless -d 'keep every pixel exactly as it is'
complete -c frugal -n '__frugal_runs' -l lossy-png -d 'let PNG lose colours too, down to the score that is asked for'
complete -c frugal -n '__frugal_runs' -l encoder-quality -x -d 'set the encoder\'s own quality knob, in place of --quality'
complete -c frugal -n '__frugal_runs' -s q -l quality -x -a 'low medium high visually-lossless' -d 'how good it must look: SSIMULACRA2 0-100, one scale for all formats'
complete -c frugal -n '__frugal_runs' -l region-floor -x -d 'the least score of any region of a picture'
complete -c frugal -n '__frugal_runs' -l max-size -x -d 'make no output larger than this: 200k, or 60% of its source'
complete -c frugal -n '__frugal_runs' -l total-size -x -d 'share SIZE over all outputs, for the best worst score'
complete -c frugal -n '__frugal_runs' -l min-savings -x -d 'write nothing that saves less than this against its source: 5%, 1k'
complete -c frugal -n '__frugal_runs' -l metadata -x -a 'safe all none' -d 'keep this much of EXIF and XMP'
complete -c frugal -n '__frugal_runs' -l preserve -d 'give outputs their source\'s times, mode, owner, attributes'
complete -c frugal -n '__frugal_runs' -s n -l dry-run -d 'do everything but write, and say what would come of it'
complete -c frugal -n '__frugal_runs' -s j -l jobs -x -d 'use N threads'
complete -c frugal -n '__frugal_runs' -l memory-limit -x -d 'take no more memory than SIZE: 2G, 512M'
complete -c frugal -n '__frugal_runs' -l max-pixels -x -d 'refuse images of more than N pixels: 100M, 100000000'
complete -c frugal -n '__frugal_runs' -l timeout -x -d 'give up a picture that takes longer than that'
complete -c frugal -n '__frugal_runs' -l sandbox -x -a 'auto require off' -d 'read pictures where they can do no harm'
complete -c frugal -n '__frugal_runs' -l fail-fast -d 'stop at the first file that fails'
complete -c frugal -n '__frugal_runs' -l cache-dir -x -a '(__fish_complete_directories)' -d 'have the cache of finished work in DIR'
complete -c frugal -n '__frugal_runs' -l cache-max -x -d 'let the cache take at most SIZE on the disk'
complete -c frugal -n '__frugal_runs' -l no-cache -d 'neither read nor write the cache'
complete -c frugal -n '__frugal_runs' -l force -d 'do the work again, whatever the cache knows'
complete -c frugal -n '__frugal_runs' -l debug-key -d 'say what each result is remembered by'
complete -c frugal -n '__frugal_runs' -s v -l verbose -d 'say what became of every file'
complete -c frugal -n '__frugal_runs' -l quiet -d 'say nothing but errors'
complete -c frugal -n '__frugal_runs' -l jsonl -r -F -d 'write a line of JSON an output to FILE; - is standard output'
complete -c frugal -n '__frugal_runs' -l no-progress -d 'show no progress bar'
complete -c frugal -n '__frugal_runs' -l color -x -a 'auto always never' -d 'use colour in messages'
complete -c frugal -n '__frugal_runs' -s h -l help -d 'show this; --help says more about each option'
complete -c frugal -n '__frugal_runs' -s V -l version -d 'show the version, the formats and the libraries behind them'

complete -c frugal -n '__frugal_runs compare' -l metric -x -a '(__fish_complete_list , \'string split " " "ssimulacra2 psnr ms-ssim"\')' -d 'measure with these, comma-separated'
complete -c frugal -n '__frugal_runs compare' -l json -d 'print one JSON object, with the scores of all regions'
complete -c frugal -n '__frugal_runs compare' -l map -r -F -d 'draw the regions\' scores over the picture to FILE.png'
complete -c frugal -n '__frugal_runs compare' -s j -l jobs -x -d 'use N threads'
complete -c frugal -n '__frugal_runs compare' -l max-pixels -x -d 'refuse images of more than N pixels: 100M, 100000000'
complete -c frugal -n '__frugal_runs compare' -s h -l help -d 'show this; --help says more about each option'

complete -c frugal -n '__frugal_runs explain' -s o -l output -r -F -d 'write a page to FILE.html, or a picture to FILE.png'
complete -c frugal -n '__frugal_runs explain' -l json -d 'print one JSON object'
complete -c frugal -n '__frugal_runs explain' -s f -l format -x -a '(__fish_complete_list , \'string split " " "keep auto jpeg png webp avif heic"\')' -d 'explain this format'
complete -c frugal -n '__frugal_runs explain' -s e -l effort -x -d 'spend more time on smaller files, from 1 (fast) to 9 (small)'
complete -c frugal -n '__frugal_runs explain' -l lossy-png -d 'let PNG lose colours too'
complete -c frugal -n '__frugal_runs explain' -s q -l quality -x -a 'low medium high visually-lossless' -d 'how good it must look: SSIMULACRA2 0-100'
complete -c frugal -n '__frugal_runs explain' -l region-floor -x -d 'the least score that any region may have'
complete -c frugal -n '__frugal_runs explain' -s j -l jobs -x -d 'use N threads'
complete -c frugal -n '__frugal_runs explain' -l max-pixels -x -d 'refuse images of more than N pixels: 100M, 100000000'
complete -c frugal -n '__frugal_runs explain' -s h -l help -d 'show this; --help says more about each option'

complete -c frugal -n '__frugal_runs cache' -f -a 'stats verify prune clear'
complete -c frugal -n '__frugal_runs cache' -l cache-dir -x -a '(__fish_complete_directories)' -d 'have the cache of finished work in DIR'
complete -c frugal -n '__frugal_runs cache' -l cache-max -x -d 'let the cache take at most SIZE on the disk'
complete -c frugal -n '__frugal_runs cache' -l json -d 'print one JSON object (stats, verify)'
complete -c frugal -n '__frugal_runs cache' -s h -l help -d 'show this; --help says more about each option'
