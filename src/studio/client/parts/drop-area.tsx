/** Where films are dropped, or chosen as files. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { chosenFiles, type DroppedFile, droppedFiles } from './drop.js'

/** `disabled`: nothing is taken now; `onFiles` gets what was dropped, folders with all that is in them. */
export function DropArea({
  disabled,
  onFiles,
  children,
}: {
  readonly disabled: boolean
  readonly onFiles: (files: Promise<readonly DroppedFile[]>) => void
  readonly children: ComponentChildren
}) {
  const [over, setOver] = useState(false)
  return (
    <fieldset
      class={over ? 'drop over' : 'drop'}
      aria-label="Drop films here"
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        if (event.dataTransfer && !disabled) onFiles(droppedFiles(event.dataTransfer))
      }}
    >
      {children}
    </fieldset>
  )
}

/** A button that lets files be chosen, or a folder with all that is in it. */
export function ChooseFiles({
  label,
  folder = false,
  disabled = false,
  onFiles,
}: {
  readonly label: string
  readonly folder?: boolean
  readonly disabled?: boolean
  readonly onFiles: (files: Promise<readonly DroppedFile[]>) => void
}) {
  return (
    <label class="file">
      {label}
      <input
        type="file"
        multiple
        disabled={disabled}
        {...(folder && { webkitdirectory: true })}
        onChange={({ currentTarget }) => {
          if (currentTarget.files?.length) onFiles(Promise.resolve(chosenFiles(currentTarget.files)))
          currentTarget.value = ''
        }}
      />
    </label>
  )
}
