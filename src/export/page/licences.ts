/** What of others is in the page, under which licence, and what these ask to be said. */

export interface Part {
  readonly name: string
  readonly what: string
  readonly licence: string
  readonly notice: string
}

const microsoft = 'Copyright (c) Microsoft Corporation'

export const parts: readonly Part[] = [
  {
    name: 'ONNX Runtime Web',
    what: 'computes the classifier; holds ONNX, Protocol Buffers, FlatBuffers, Abseil, RE2, Eigen, nsync, date, JSON for Modern C++, GSL, MLAS, SafeInt and Emscripten’s libraries',
    licence:
      'MIT; of its parts: Apache-2.0, BSD-3-Clause, MIT and MPL-2.0 (Eigen, unchanged: https://gitlab.com/libeigen/eigen)',
    notice: `${microsoft}; all notices: https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt`,
  },
  {
    name: 'dcmjs-codecs',
    what: 'unpacks JPEG and compressed DICOM frames',
    licence: 'MIT',
    notice: 'Copyright (c) 2025-2026 Pantelis Georgiadis',
  },
  {
    name: 'libjpeg',
    what: 'in dcmjs-codecs',
    licence: 'IJG',
    notice: 'This software is based in part on the work of the Independent JPEG Group',
  },
  { name: 'CharLS', what: 'in dcmjs-codecs', licence: 'BSD-3-Clause', notice: 'Copyright Team CharLS' },
  {
    name: 'OpenJPEG',
    what: 'in dcmjs-codecs',
    licence: 'BSD-2-Clause',
    notice:
      'Copyright (c) 2002-2014, Universite catholique de Louvain (UCL), Belgium; Copyright (c) 2002-2014, Professor Benoit Macq; Copyright (c) 2003-2014, Antonin Descampe; Copyright (c) 2003-2009, Francois-Olivier Devaux; Copyright (c) 2005, Herve Drolon, FreeImage Team; Copyright (c) 2002-2003, Yannick Verschueren; Copyright (c) 2001-2003, David Janssens; Copyright (c) 2011-2012, Centre National d’Etudes Spatiales (CNES), France; Copyright (c) 2012, CS Systemes d’Information, France',
  },
  {
    name: 'OpenJPH',
    what: 'in dcmjs-codecs',
    licence: 'BSD-2-Clause',
    notice:
      'Copyright (c) 2019, Aous Naman; Copyright (c) 2019, Kakadu Software Pty Ltd, Australia; Copyright (c) 2019, The University of New South Wales, Australia',
  },
  { name: 'loglevel', what: 'in dcmjs-codecs', licence: 'MIT', notice: 'Copyright (c) 2013 Tim Perry' },
  {
    name: 'loglevel-plugin-prefix',
    what: 'in dcmjs-codecs',
    licence: 'MIT',
    notice: 'Copyright (c) 2017 Evgeniy Pavlov',
  },
  { name: 'fflate', what: 'inflates', licence: 'MIT', notice: 'Copyright (c) 2026 Arjun Barrett' },
  { name: 'Preact', what: 'draws the page', licence: 'MIT', notice: 'Copyright (c) 2015-present Jason Miller' },
  {
    name: 'kopt',
    what: 'everything else of the page',
    licence: 'Apache-2.0 (https://www.apache.org/licenses/LICENSE-2.0)',
    notice: 'Not so the classifier: ask whoever made it what it may be used for; its backbone has a licence of its own',
  },
]

export const texts: readonly { readonly licence: string; readonly text: string }[] = [
  {
    licence: 'MIT',
    text: 'Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions: The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.',
  },
  {
    licence: 'BSD (the third condition in BSD-3-Clause alone)',
    text: 'Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met: 1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer. 2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the documentation and/or other materials provided with the distribution. 3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products derived from this software without specific prior written permission. THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.',
  },
]
